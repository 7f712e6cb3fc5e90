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
    /// What a reader wants to know of each type.
    let properties: [SchemaProperties]
    let root: TypeIndex

    /// The schema as JSON, self-contained: a type from another file stands in full where it is first named.
    public let json: JSONValue

    init(types: [Shape], properties: [SchemaProperties], root: TypeIndex, json: JSONValue) {
        self.types = types
        self.properties = properties
        self.root = root
        self.json = json
    }

    /// Parses a schema that needs no other.
    /// - Throws: `AvroError` of kind `schema` that names the type or field, `schemaTooLarge`, `schemaTooDeep`.
    public init(json text: String, limits: AvroLimits = AvroLimits()) throws(AvroError) {
        try self.init(json: text.utf8, limits: limits)
    }

    /// Parses a schema that may name types of `named`, which then become part of it.
    /// - Throws: `AvroError` of kind `schema` that names the type or field, `schemaTooLarge`, `schemaTooDeep`.
    public init(
        json text: some Collection<UInt8>,
        named: NamedSchemas = NamedSchemas(),
        limits: AvroLimits = AvroLimits()
    ) throws(AvroError) {
        try self.init(try AvroSchema.parsed(text, limits), named: named, limits: limits)
    }

    /// A schema from parsed JSON.
    public init(
        _ json: JSONValue,
        named: NamedSchemas = NamedSchemas(),
        limits: AvroLimits = AvroLimits()
    ) throws(AvroError) {
        self = try SchemaParser.parse(json, named: named, limits: limits)
    }

    /// The JSON of a schema's text. Defaults may be bare `NaN`, `Infinity` and `-Infinity`, which read as strings.
    static func parsed(_ text: some Collection<UInt8>, _ limits: AvroLimits) throws(AvroError) -> JSONValue {
        guard text.count <= limits.schemaBytes else {
            throw AvroError(
                .schemaTooLarge,
                "a schema of \(text.count) bytes, where \(limits.schemaBytes) are allowed"
            )
        }
        return try JSONParser.parse(text, maximumValues: limits.schemaValues, readsBareNonFinite: true)
    }

    /// The record that the schema is of: the root, or the one record in a union at the root (`["null", record]`).
    var record: TypeIndex? {
        switch types[root] {
        case .record: return root
        case .union(let branches):
            let records = branches.filter { if case .record = types[$0] { true } else { false } }
            return records.count == 1 ? records[0] : nil
        default: return nil
        }
    }

    /// Full name (namespace and name) of a record, enum or fixed at the root, or of the one record in a union there;
    /// nil for other types.
    public var name: String? {
        switch types[record ?? root] {
        case .record(let name, _), .enumeration(let name, _, _), .fixed(let name, _): name
        default: nil
        }
    }

    /// Names of the record's fields, in order; empty for other types.
    public var fieldNames: [String] {
        guard let record, case .record(_, let fields) = types[record] else { return [] }
        return fields.map(\.name)
    }

    /// An attribute of the record, as it was written: `version`, say.
    public func attribute(_ name: String) -> JSONValue? {
        guard case .array(let branches) = json else { return json[name] }
        let records = branches.filter { ["record", "error"].contains($0["type"]?.text) }
        return records.count == 1 ? records[0][name] : nil
    }

    /// Bytes that the schema keeps, about.
    public var memory: Int { json.valueCount * 100 + types.count * 150 }

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
