/// The schemas of one folder (`.avsc` files, sub-folders not included) that may name each other.
public struct SchemaFolder: Sendable {
    /// Reads the folder.
    /// - Throws: `AvroError` of kind `file` if it cannot be read, `schema` with the file's name if a file is no schema.
    public init(_ path: String) throws(AvroError) {}

    /// Full names of all types defined at the top of a file.
    public var names: [String] { [] }

    /// The schema of a type, with what it names from the other files inside.
    public func schema(named name: String) throws(AvroError) -> AvroSchema {
        throw AvroError(.schema, "not written yet")
    }
}
