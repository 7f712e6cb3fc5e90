internal import Avro
public import Sky

/// The surveys that Trifid reads. A new survey is a folder of this module and a line here.
public enum Surveys {
    static let formats: [any PacketFormat.Type] = [
        ZTF.self,
        LSST.self,
        ELAsTiCC.self,
    ]

    /// Names of the surveys.
    public static var names: [SurveyName] { formats.map { $0.name } }

    /// The bands of a survey with their effective wavelengths, empty for one that is not known.
    public static func bands(of survey: SurveyName) -> [Band] {
        formats.first { $0.name == survey }?.bands ?? []
    }

    /// The names of a survey's quality flags, bit by bit.
    public static func flagNames(of survey: SurveyName) -> [String] {
        formats.first { $0.name == survey }?.flagNames ?? []
    }

    /// The names of the flags that are set.
    public static func names(of flags: QualityFlags, survey: SurveyName) -> [String] {
        if flags.isEmpty { return [] }
        return flagNames(of: survey).enumerated().filter { flags.contains(QualityFlags(bit: $0.offset)) }.map(\.element)
    }

    /// The quality rule with the defaults of all surveys.
    public static let qualityRule = QualityRule(
        refusedFlags: Dictionary(uniqueKeysWithValues: formats.map { ($0.name, $0.refusedFlags) })
            .filter { !$0.value.isEmpty }
    )

    /// The survey whose packets a schema describes, as an index into `formats`.
    /// - Throws: `PacketError` that names the schema and the surveys that are known.
    static func index(of schema: AvroSchema) throws(PacketError) -> Int {
        let name = schema.name ?? ""
        if let index = formats.firstIndex(where: { $0.claims(name) }) { return index }
        let known = formats.map { "\($0.name) (\($0.schemaNames))" }.joined(separator: ", ")
        throw PacketError(
            .schema,
            .unknownSurvey,
            value: name.isEmpty ? "a schema without a name" : name,
            "no survey claims the schema \(name.isEmpty ? "of this packet, which has no name" : name); known are \(known)"
        )
    }
}
