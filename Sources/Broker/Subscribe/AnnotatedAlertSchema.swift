import Avro

/// A schema of annotated alerts as a subscriber reads them, each datum by two implementations: ours, then libavro, so that
/// what our writer writes is always read by another one.
///
/// libavro gets only what our reader has read, and only by schemas that a Trifid writes (its limits: `LibAvroReader`);
/// what somebody else has put into a topic is read by ours alone.
final class AnnotatedAlertSchema {
    private let schema: AvroSchema
    /// nil for a schema that is not ours; the error where libavro refuses one that is.
    private let second: Result<LibAvroReader?, AvroError>

    init(_ schema: AvroSchema, second: Result<LibAvroReader?, AvroError>) {
        self.schema = schema
        self.second = second
    }

    /// - Throws: `InstallationError` or `AvroError` where our own schemas are not found.
    convenience init(_ schema: AvroSchema) throws {
        let isOurs = try Self.isOurs(schema)
        self.init(
            schema,
            second: Result { () throws(AvroError) in isOurs ? try LibAvroReader(schema) : nil }
        )
    }

    /// The value at the start of the bytes, by our reader.
    func decode(_ bytes: UnsafeRawBufferPointer) throws(AvroError) -> (value: AvroValue, used: Int) {
        try AvroValue.decode(bytes, as: schema)
    }

    /// The same value by libavro, where the schema is ours.
    /// - Throws: `AvroError` where it refuses what our reader has read, or reads something else.
    func confirmed(_ value: AvroValue, of datum: UnsafeRawBufferPointer) throws(AvroError) -> AvroValue {
        guard let second = try second.get() else { return value }
        return try second.confirm(value, of: datum)
    }

    /// Whether a Trifid writes data of this schema: by the canonical form, for a registry may have rewritten the text.
    private static func isOurs(_ schema: AvroSchema) throws -> Bool {
        let ours = try AnnotatedAlertVersion.allCases.map { try $0.schema() }
        guard ours.contains(where: { $0.name == schema.name }) else { return false }
        let form = schema.canonicalForm
        return ours.contains { $0.canonicalForm == form }
    }
}
