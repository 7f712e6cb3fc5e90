/// A Confluent schema registry over HTTP or HTTPS. Schemas found are kept for ever, failures for seconds; where the
/// registry does not answer or does not know an id, `fallback` is asked.
public final class HTTPSchemaRegistry: SchemaRegistry {
    /// A registry.
    /// - Parameters:
    ///   - url: where it is, with user and password if it wants them: `https://user:password@host:8081`.
    ///   - certificateAuthority: PEM file of the authority to trust instead of the system's.
    ///   - timeout: seconds for one request.
    ///   - negativeCaching: seconds for which a failure is remembered.
    public init(
        url: String,
        certificateAuthority: String? = nil,
        timeout: Double = 10,
        negativeCaching: Double = 5,
        fallback: (any SchemaRegistry)? = nil
    ) throws(AvroError) {}

    /// The schema with an id.
    public func schema(id: Int32) throws(AvroError) -> AvroSchema {
        throw AvroError(.registryUnreachable, "not written yet")
    }

    /// Registers a schema under a subject, or finds it there.
    /// - Returns: its id.
    public func register(_ schema: AvroSchema, subject: String) throws(AvroError) -> Int32 {
        throw AvroError(.registryUnreachable, "not written yet")
    }
}
