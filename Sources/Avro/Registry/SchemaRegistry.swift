/// Where the writer's schema of a framed message comes from.
public protocol SchemaRegistry: Sendable {
    /// The schema with an id. May block; what it has found once it finds again without I/O.
    /// - Throws: `AvroError` `unknownSchemaId` if the registry has no such schema, `registryUnreachable` if it could
    ///   not be asked (trying again may help), `schema` if what it has is no schema.
    func schema(id: Int32) throws(AvroError) -> AvroSchema
}
