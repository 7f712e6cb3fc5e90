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

    /// The names of the survey's quality flags, bit by bit. The bits are stored: only ever add names.
    static var flagNames: [String] { get }
    /// Flags of which one is enough to make a detection bogus, unless the operator says otherwise.
    static var refusedFlags: QualityFlags { get }

    init()
    /// The fields that are wanted of a packet.
    var reader: ReaderSchema { get }
    /// The alert that a decoded packet holds.
    /// - Throws: `PacketError` that names the field and the value that no alert may have.
    func alert(in packet: Packet) throws(PacketError) -> Alert
}

extension PacketFormat {
    static var flagNames: [String] { [] }
    static var refusedFlags: QualityFlags { [] }
}
