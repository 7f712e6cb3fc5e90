/// Why a message gave no annotated alert, as one code: `stage.reason`. This is the list of all codes that can go out,
/// in the headers of a dead letter, in the ledger and in the metrics.
public struct DeadLetterCode: Hashable, Sendable, CustomStringConvertible {
    /// The step that failed.
    public enum Stage: String, Hashable, Sendable, CaseIterable {
        /// Recognising the framing and reading the container.
        case frame
        /// Finding the writer's schema, the survey it belongs to, and the fields that are needed.
        case schema
        /// Decoding the datum.
        case decode
        /// The ids of alert and object.
        case identity
        /// Right ascension and declination.
        case position
        /// The time of the alert.
        case time
        /// The fluxes of the alert's own detection.
        case photometry

        /// The step in words.
        public var meaning: String {
            switch self {
            case .frame: "reading the message's framing"
            case .schema: "finding what the writer's schema says"
            case .decode: "decoding the record"
            case .identity: "reading the ids of alert and object"
            case .position: "reading right ascension and declination"
            case .time: "reading the alert's time"
            case .photometry: "reading the alert's own photometry"
            }
        }

        /// The reasons for which the step can fail.
        var reasons: [Reason] {
            switch self {
            case .frame: [.empty, .unknownFraming, .otherFraming, .noRecords, .records] + Self.ofAvro
            case .schema: [.noRegistry, .unknownSurvey, .unknownSchemaId, .registryUnreachable] + Self.ofAvro
            case .decode: [.trailingBytes] + Self.ofAvro
            case .identity: [.missingValue, .objectId]
            case .position, .time: [.missingValue, .outOfRange]
            case .photometry: [.missingValue, .outOfRange, .badValue, .band]
            }
        }

        private static let ofAvro: [Reason] = [
            .truncated, .corrupt, .notAvro, .badSchema, .schemaTooLarge, .schemaTooDeep, .missingField, .typeMismatch,
            .tooLarge, .tooDeep, .unsupportedCodec, .badValue, .file,
        ]
    }

    /// What was wrong.
    public enum Reason: String, Hashable, Sendable, CaseIterable {
        case empty
        case unknownFraming = "unknown-framing"
        case otherFraming = "other-framing"
        case noRecords = "no-records"
        case records
        case noRegistry = "no-registry"
        case unknownSurvey = "unknown-survey"
        case unknownSchemaId = "unknown-schema-id"
        case registryUnreachable = "registry-unreachable"
        case trailingBytes = "trailing-bytes"
        case truncated
        case corrupt
        case notAvro = "not-avro"
        case badSchema = "bad-schema"
        case schemaTooLarge = "schema-too-large"
        case schemaTooDeep = "schema-too-deep"
        case missingField = "missing-field"
        case typeMismatch = "type-mismatch"
        case tooLarge = "too-large"
        case tooDeep = "too-deep"
        case unsupportedCodec = "unsupported-codec"
        case badValue = "bad-value"
        case file
        case missingValue = "missing-value"
        case outOfRange = "out-of-range"
        case objectId = "object-id"
        case band

        /// What was wrong, in words.
        public var meaning: String {
            switch self {
            case .empty: "the message has no value, or no byte in it"
            case .unknownFraming: "the first bytes are neither those of an object container nor of a framed record"
            case .otherFraming: "the framing is another than the setting `input.framing` asks for"
            case .noRecords: "the container holds no record"
            case .records: "the message holds more than one record"
            case .noRegistry: "the message names a schema of a registry, and none is set"
            case .unknownSurvey: "no survey claims the writer's schema"
            case .unknownSchemaId: "the registry does not know the schema that the message names"
            case .registryUnreachable: "the registry is out of reach (a stream waits for it; a file does not)"
            case .trailingBytes: "bytes follow the record: it was written with another schema than the message names"
            case .truncated: "the bytes end before the value does"
            case .corrupt: "the bytes do not form what the schema says"
            case .notAvro: "the bytes are no Avro"
            case .badSchema: "the writer's schema cannot be parsed"
            case .schemaTooLarge:
                "the writer's schema is larger than any survey's, or would compile to more than is taken"
            case .schemaTooDeep: "the writer's schema nests deeper than is taken"
            case .missingField: "the writer's schema lacks a field that every alert needs"
            case .typeMismatch: "a field that every alert needs has a type that cannot be read"
            case .tooLarge: "a size goes beyond its bound"
            case .tooDeep: "types are nested more deeply than is read"
            case .unsupportedCodec: "the container is compressed with a codec that is not read"
            case .badValue: "a value is none of those that may be"
            case .file: "a file of schemas cannot be read"
            case .missingValue: "a value that every alert needs is null"
            case .outOfRange: "a value that every alert needs is beyond what may be"
            case .band: "the band's name cannot be stored"
            case .objectId: "the object's id is empty, longer than 255 bytes, or holds control characters"
            }
        }
    }

    /// The step that failed.
    public let stage: Stage
    /// What was wrong.
    public let reason: Reason

    /// A code.
    public init(_ stage: Stage, _ reason: Reason) {
        self.stage = stage
        self.reason = reason
    }

    /// The code as it goes out: `identity.object-id`.
    public var description: String { "\(stage.rawValue).\(reason.rawValue)" }

    /// What the code means, in words.
    public var meaning: String { "\(stage.meaning): \(reason.meaning)" }

    /// Every code that can go out, by stage.
    public static let all: [DeadLetterCode] = Stage.allCases.flatMap { stage in
        stage.reasons.map { DeadLetterCode(stage, $0) }
    }
}
