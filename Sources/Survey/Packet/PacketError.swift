internal import Avro
import Ground
internal import Sky

/// Why a message, or one record of it, gave no alert: what a dead letter says in its headers.
public struct PacketError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The step that failed.
    public enum Stage: String, Hashable, Sendable {
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
        /// The times of the alert and of its history.
        case time
        /// The fluxes of the alert's own detection.
        case photometry
    }

    /// The step that failed.
    public var stage: Stage
    /// The reason in one word, for programs: `missing-value`, `out-of-range`, `unknown-survey`, `truncated`, ...
    public var code: String
    /// The packet's field, as a dotted path with the row of a list: `prv_candidates[3].jd`.
    public var field: String?
    /// The offending value, or how it begins.
    public var value: String?
    /// What is wrong and what to do, in words.
    public var message: String

    /// An error with what is known of it. What the texts quote of the packet may be anything: they are made short, and
    /// their control characters are escaped.
    public init(_ stage: Stage, _ code: String, field: String? = nil, value: String? = nil, _ message: String) {
        self.stage = stage
        self.code = code
        self.field = field?.plain(limit: 256)
        self.value = value?.plain(limit: 128)
        self.message = message.plain(limit: 512)
    }

    /// Whether the message may well be read a moment later, because the schema registry was out of reach: it is to be
    /// tried again, not to be buried as a dead letter.
    public var isTransient: Bool { code == Self.registryUnreachable }

    /// One line: stage, field with value, message.
    public var description: String {
        var text = "\(stage.rawValue): "
        if let field { text += value.map { "\(field) = \($0): " } ?? "\(field): " }
        return text + message
    }

    private static let registryUnreachable = "registry-unreachable"
}

extension PacketError {
    /// An error of the Avro floor, met in a stage of this one.
    init(_ error: AvroError, _ stage: Stage) {
        let code =
            switch error.kind {
            case .truncated: "truncated"
            case .corrupt: "corrupt"
            case .notAvro: "not-avro"
            case .noRecord: "no-records"
            case .schema: "bad-schema"
            case .schemaTooLarge: "schema-too-large"
            case .schemaTooDeep: "schema-too-deep"
            case .missingField: "missing-field"
            case .typeMismatch: "type-mismatch"
            case .tooLarge: "too-large"
            case .tooDeep: "too-deep"
            case .unsupportedCodec: "unsupported-codec"
            case .value: "bad-value"
            case .unknownSchemaId: "unknown-schema-id"
            case .registryUnreachable: Self.registryUnreachable
            case .file: "file"
            }
        var message = error.message
        if let offset = error.offset { message += ", at byte \(offset)" }
        if let advice = error.advice { message += ": \(advice)" }
        self.init(stage, code, field: error.path.flatMap { $0.isEmpty ? nil : $0 }, message)
    }

    /// A value that every packet must have and this one has not.
    static func missing(_ stage: Stage, _ field: String) -> PacketError {
        PacketError(stage, "missing-value", field: field, value: "null", "every alert must have this value")
    }

    /// A value that cannot be.
    static func outOfRange(_ stage: Stage, _ field: String, _ value: Double, _ allowed: String) -> PacketError {
        PacketError(stage, "out-of-range", field: field, value: "\(value)", "must be \(allowed)")
    }
}
