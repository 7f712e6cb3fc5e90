internal import Avro

/// A decoded packet: what a survey makes an alert of.
struct Packet {
    /// The wanted fields.
    let record: DecodedRecord
    /// The bytes that texts and cutouts are ranges of.
    let datum: UnsafeRawBufferPointer
    /// The version of the writer's schema as `PacketFormat.version` gives it.
    let schemaVersion: String

    /// The first byte of a text or of an enum's symbol, 0 where it is empty or absent.
    func firstByte(of field: ReaderField<String>, _ row: Int = 0) -> UInt8 {
        guard let text = record[field, row] else { return record.string(field, row)?.utf8.first ?? 0 }
        return text.isEmpty ? 0 : datum[text.lowerBound]
    }

    /// A text that names something: not empty, and none of the words that surveys write for nothing.
    func name(_ field: ReaderField<String>) -> String? {
        guard let text = record.string(field), !text.isEmpty else { return nil }
        return text.utf8.count <= 6 && Self.wordsForNothing.contains(text.lowercased()) ? nil : text
    }

    private static let wordsForNothing: Set<String> = ["null", "none", "nan", "-999", "-999.0"]
}
