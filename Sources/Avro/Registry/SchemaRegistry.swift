/// Where the writer's schema of a framed message comes from.
public protocol SchemaRegistry: Sendable {
    /// The schema with an id. May block; what it has found once it finds again without I/O.
    /// - Throws: `AvroError` `unknownSchemaId` if the registry has no such schema, `registryUnreachable` if it could
    ///   not be asked (trying again may help), `schema` if what it has is no schema.
    func schema(id: Int32) throws(AvroError) -> AvroSchema

    /// The schema with a fingerprint, among those that are known without asking anybody.
    /// - Throws: `AvroError` `unknownSchemaId` if none has it.
    func schema(fingerprint: UInt64) throws(AvroError) -> AvroSchema
}

extension SchemaRegistry {
    /// None: the registry knows no schemas beforehand.
    public func schema(fingerprint: UInt64) throws(AvroError) -> AvroSchema {
        throw AvroError.unknown(fingerprint: fingerprint)
    }
}

extension AvroError {
    static func unknown(fingerprint: UInt64) -> AvroError {
        let digits = String(fingerprint, radix: 16)
        let text = String(repeating: "0", count: 16 - digits.count) + digits
        return AvroError(
            .unknownSchemaId,
            "no known schema has the fingerprint \(text) (CRC-64-AVRO)",
            advice: "put the sender's .avsc into the folder of registry.schemas"
        )
    }
}
