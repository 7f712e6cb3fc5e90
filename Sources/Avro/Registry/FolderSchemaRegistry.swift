/// Schemas in a folder and its sub-folders (`.avsc`): the id of `lsst.vM_m.alert` is M x 100 + m, that of a file
/// `NUMBER.avsc` is its number. A schema may be split over the files of one folder that name each other.
public final class FolderSchemaRegistry: SchemaRegistry {
    /// Opens a folder.
    /// - Throws: `AvroError` of kind `file` if it cannot be read.
    public init(_ path: String) throws(AvroError) {}

    /// The schema with an id.
    public func schema(id: Int32) throws(AvroError) -> AvroSchema {
        throw AvroError(.unknownSchemaId, "not written yet")
    }
}
