internal import Avro
public import Sky

/// Why a message, or one record of it, gave no alert: what a dead letter says in its headers.
public struct PacketError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The step that failed.
    public typealias Stage = DeadLetterCode.Stage

    /// The step that failed, and the reason in one word.
    public var letterCode: DeadLetterCode
    /// The packet's field, as a dotted path with the row of a list: `prv_candidates[3].jd`.
    public var field: String?
    /// The offending value, or how it begins.
    public var value: String?
    /// What is wrong and what to do, in words.
    public var message: String

    /// An error with what is known of it. What the texts quote of the packet may be anything: they are made short, and
    /// their control characters are escaped.
    public init(
        _ stage: Stage,
        _ reason: DeadLetterCode.Reason,
        field: String? = nil,
        value: String? = nil,
        _ message: String
    ) {
        letterCode = DeadLetterCode(stage, reason)
        self.field = field?.plain(limit: 256)
        self.value = value?.plain(limit: 128)
        self.message = message.plain(limit: 512)
    }

    /// The step that failed.
    public var stage: Stage { letterCode.stage }

    /// The reason in one word, for programs: `missing-value`, `out-of-range`, `unknown-survey`, `truncated`, ...
    public var code: String { letterCode.reason.rawValue }

    /// Whether the message may well be read a moment later, because the schema registry was out of reach: it is to be
    /// tried again, not to be buried as a dead letter.
    public var isTransient: Bool { letterCode.reason == .registryUnreachable }

    /// One line: stage, field with value, message.
    public var description: String {
        var text = "\(stage.rawValue): "
        if let field { text += value.map { "\(field) = \($0): " } ?? "\(field): " }
        return text + message
    }
}

extension PacketError {
    /// An error of the Avro floor, met in a stage of this one.
    init(_ error: AvroError, _ stage: Stage) {
        let reason: DeadLetterCode.Reason =
            switch error.kind {
            case .truncated: .truncated
            case .corrupt: .corrupt
            case .notAvro: .notAvro
            case .noRecord: .noRecords
            case .schema: .badSchema
            case .schemaTooLarge: .schemaTooLarge
            case .schemaTooDeep: .schemaTooDeep
            case .missingField: .missingField
            case .typeMismatch: .typeMismatch
            case .tooLarge: .tooLarge
            case .tooDeep: .tooDeep
            case .unsupportedCodec: .unsupportedCodec
            case .value: .badValue
            case .unknownSchemaId: .unknownSchemaId
            case .registryUnreachable: .registryUnreachable
            case .file: .file
            }
        var message = error.message
        if let offset = error.offset { message += ", at byte \(offset)" }
        if let advice = error.advice { message += ": \(advice)" }
        self.init(stage, reason, field: error.path.flatMap { $0.isEmpty ? nil : $0 }, message)
    }

    /// A value that every packet must have and this one has not.
    static func missing(_ stage: Stage, _ field: String) -> PacketError {
        PacketError(stage, .missingValue, field: field, value: "null", "every alert must have this value")
    }

    /// A value that cannot be.
    static func outOfRange(_ stage: Stage, _ field: String, _ value: Double, _ allowed: String) -> PacketError {
        PacketError(stage, .outOfRange, field: field, value: "\(value)", "must be \(allowed)")
    }
}
