internal import Avro
internal import Ground
internal import Sky

/// A decoded packet: what a survey makes an alert of.
struct Packet {
    /// The wanted fields.
    let record: DecodedRecord
    /// The bytes that texts and cutouts are ranges of.
    let datum: UnsafeRawBufferPointer
    /// The version of the writer's schema as `PacketFormat.version` gives it.
    let schemaVersion: String

    /// The first byte of a text or of an enum's symbol, 0 where it is empty or absent.
    func symbol(_ field: ReaderField<String>, _ row: Int) -> UInt8 {
        if let text = record[field, row] { return text.isEmpty ? 0 : datum[text.lowerBound] }
        return record.string(field, row)?.utf8.first ?? 0
    }

    /// The bytes of a text.
    func bytes(_ text: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: datum[text])
    }

    /// A text that names something: not empty, and none of the words that surveys write for nothing.
    func name(_ field: ReaderField<String>) -> String? {
        guard let text = record.string(field), !text.isEmpty else { return nil }
        return Self.isWordForNothing(text) ? nil : text
    }

    /// A name that goes out as it is: on one line, and not longer than names are.
    func shortName(_ field: ReaderField<String>) -> String? {
        name(field)?.plain(limit: Self.longestName)
    }

    /// The survey's name of an object.
    /// - Throws: `PacketError` with the code `identity.object-id` if it is longer than any survey's names or holds
    ///   control characters: it becomes a key of messages and of the archive.
    func objectId(_ field: ReaderField<String>, _ path: String) throws(PacketError) -> String {
        guard let name = name(field) else { throw .missing(.identity, path) }
        guard name.utf8.count <= Self.longestObjectId, !name.holdsControlCharacters else {
            throw PacketError(
                .identity,
                .objectId,
                field: path,
                value: name,
                "must have 1 to \(Self.longestObjectId) bytes, without control characters; it has \(name.utf8.count)"
            )
        }
        return name
    }

    /// Bytes of a name (a version, an asteroid) at the most.
    private static let longestName = 64
    /// Bytes of an object's id at the most; no survey's has a tenth of it.
    private static let longestObjectId = 255

    private static func isWordForNothing(_ text: String) -> Bool {
        // Nearly all texts are told apart by their length or first byte, without a string made in lower case.
        guard text.utf8.count <= 6, let first = text.utf8.first, "nN-".utf8.contains(first) else { return false }
        return ["null", "none", "nan", "-999", "-999.0"].contains(text.lowercased())
    }
}
