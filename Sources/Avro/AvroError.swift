/// What went wrong in a schema, a datum, a container or a registry, where, and what to do about it.
public struct AvroError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The class of an error, for programs that branch on it.
    public enum Kind: String, Sendable {
        /// The bytes end before the value does.
        case truncated
        /// Bytes that no writer of this schema can have written.
        case corrupt
        /// A null where the schema allows a record or null.
        case noRecord
        /// Neither an object container nor a record with a schema's id or fingerprint.
        case notAvro
        /// JSON that is no JSON, or no Avro schema.
        case schema
        /// A schema, or the plan to decode by it, of more bytes, values, types or steps than the limits allow.
        case schemaTooLarge
        /// A schema whose types hold each other deeper than the limits allow.
        case schemaTooDeep
        /// The writer's schema lacks a field that the reader must have.
        case missingField
        /// The writer's type of a field cannot be read as the reader's.
        case typeMismatch
        /// More bytes or items than the limits allow.
        case tooLarge
        /// Values nested deeper than the limits allow.
        case tooDeep
        /// A container codec that is not read here.
        case unsupportedCodec
        /// A value that does not fit the schema it is to be written with.
        case value
        /// A schema id that the registry does not know.
        case unknownSchemaId
        /// The registry did not answer, or not as a registry does.
        case registryUnreachable
        /// A file or folder that could not be read.
        case file
    }

    /// The class of the error.
    public var kind: Kind
    /// What happened, in one clause.
    public var message: String
    /// Dotted path of the field, where there is one.
    public var path: String?
    /// Byte offset, counted from the start of what was given to the call that failed.
    public var offset: Int?
    /// What to do about it.
    public var advice: String?

    /// An error of a kind.
    public init(
        _ kind: Kind,
        _ message: String,
        path: String? = nil,
        offset: Int? = nil,
        advice: String? = nil
    ) {
        self.kind = kind
        self.message = message
        self.path = path
        self.offset = offset
        self.advice = advice
    }

    /// One line: message, field, offset, advice.
    public var description: String {
        var text = message
        if let path, !path.isEmpty { text += ", field \(path)" }
        if let offset { text += ", at byte \(offset)" }
        if let advice { text += ": \(advice)" }
        return text
    }
}
