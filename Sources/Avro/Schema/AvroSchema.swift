public import Ground

/// A parsed Avro schema. It keeps its JSON as it was written (doc, default, logicalType, aliases, unknown attributes,
/// order), so that printing it loses nothing.
public struct AvroSchema: Sendable {
    /// A type, as an index into `types`; recursive schemas need the indirection.
    typealias TypeIndex = Int

    enum Shape: Equatable, Sendable {
        case null, boolean, int, long, float, double, bytes, string
        case fixed(name: String, size: Int)
        case enumeration(name: String, symbols: [String], fallback: String?)
        case record(name: String, fields: [Field])
        case array(TypeIndex)
        case map(TypeIndex)
        case union([TypeIndex])
    }

    struct Field: Equatable, Sendable {
        var name: String
        var aliases: [String]
        var type: TypeIndex
        var fallback: JSONValue?
    }

    let types: [Shape]
    let root: TypeIndex

    /// The schema as JSON, self-contained: a type from another file stands in full where it is first named.
    public let json: JSONValue

    init(types: [Shape], root: TypeIndex, json: JSONValue) {
        self.types = types
        self.root = root
        self.json = json
    }

    /// Parses a schema that needs no other.
    /// - Throws: `AvroError` of kind `schema` that names the type or field.
    public init(json text: String) throws(AvroError) {
        try self.init(json: text.utf8)
    }

    /// Parses a schema that may name types of `named`, which then become part of it.
    /// - Throws: `AvroError` of kind `schema` that names the type or field.
    public init(json text: some Collection<UInt8>, named: NamedSchemas = NamedSchemas()) throws(AvroError) {
        try self.init(try JSONValue(schemaText: text), named: named)
    }

    /// A schema from parsed JSON.
    public init(_ json: JSONValue, named: NamedSchemas = NamedSchemas()) throws(AvroError) {
        self = try SchemaParser.parse(json, named: named)
    }

    /// Full name (namespace and name) of a record, enum or fixed at the root; nil for other types.
    public var name: String? {
        switch types[root] {
        case .record(let name, _), .enumeration(let name, _, _), .fixed(let name, _): name
        default: nil
        }
    }

    /// Names of the root record's fields, in order; empty for other types.
    public var fieldNames: [String] {
        guard case .record(_, let fields) = types[root] else { return [] }
        return fields.map(\.name)
    }

    subscript(index: TypeIndex) -> Shape { types[index] }
}

extension AvroSchema: CustomStringConvertible {
    /// The schema as JSON text without white space.
    public var description: String { json.description }
}

extension AvroSchema: Equatable {
    /// Schemas are equal when their JSON is, attribute for attribute.
    public static func == (left: AvroSchema, right: AvroSchema) -> Bool { left.json == right.json }
}

/// Named types that stand in files of their own.
public struct NamedSchemas: Sendable {
    private(set) var definitions: [String: JSONValue] = [:]

    /// No types.
    public init() {}

    /// Adds the record, enum or fixed that `json` defines; a second definition of one name replaces the first.
    /// - Returns: its full name.
    /// - Throws: `AvroError` of kind `schema` if `json` defines no named type.
    @discardableResult
    public mutating func add(_ json: JSONValue) throws(AvroError) -> String {
        guard let name = SchemaName.ofDefinition(json) else {
            throw AvroError(.schema, "no record, enum or fixed with a name")
        }
        definitions[name] = json
        return name
    }

    subscript(name: String) -> JSONValue? { definitions[name] }
}
