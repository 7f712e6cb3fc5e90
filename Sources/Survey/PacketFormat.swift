internal import Avro
internal import Sky

/// How the packets of one survey are read: which schemas are its, what is wanted of a packet, and what it means.
///
/// A survey is a folder of this module with one type that conforms, and one line in `Surveys`.
protocol PacketFormat: Sendable {
    /// The survey's name in annotated alerts and in the archive.
    static var name: SurveyName { get }
    /// The survey's bands with their effective wavelengths.
    static var bands: [Band] { get }
    /// What its schemas are called, for an error that lists what is known: `ztf.alert`.
    static var schemaNames: String { get }
    /// Whether packets written with a schema of this full name are the survey's.
    static func claims(_ schemaName: String) -> Bool
    /// The version that a schema names in its name or its attributes, empty where it names none.
    static func version(of schema: AvroSchema) -> String

    init()
    /// The fields that are wanted of a packet.
    var reader: ReaderSchema { get }
    /// The alert that a decoded packet holds.
    /// - Throws: `PacketError` that names the field and the value that no alert may have.
    func alert(in packet: Packet) throws(PacketError) -> Alert
}

/// A decoded packet: what a survey makes an alert of.
struct Packet {
    /// The wanted fields.
    let record: DecodedRecord
    /// The bytes that texts and cutouts are ranges of.
    let datum: UnsafeRawBufferPointer
    /// The version of the writer's schema as `PacketFormat.version` gives it.
    let schemaVersion: String

    /// The first byte of a text, 0 where it is empty or absent.
    func firstByte(_ text: Range<Int>?) -> UInt8 {
        guard let text, !text.isEmpty else { return 0 }
        return datum[text.lowerBound]
    }

    /// A text that names something: not empty, and none of the words that surveys write for nothing.
    func name(_ field: ReaderField<String>) -> String? {
        guard let text = record.string(field), !text.isEmpty else { return nil }
        return ["null", "none", "nan", "-999", "-999.0"].contains(text.lowercased()) ? nil : text
    }
}
