/// Turns JSON into the types of a schema.
struct SchemaParser {
    private let named: NamedSchemas
    private let limits: AvroLimits
    private var types: [AvroSchema.Shape] = []
    private var properties: [SchemaProperties] = []
    /// Types that are defined or named so far.
    private var uses = 0
    /// Where each named type stands, by full name.
    private var indices: [String: AvroSchema.TypeIndex] = [:]
    private var definitions: [String: JSONValue] = [:]
    /// Names of the fields on the way to the type that is being read, for errors.
    private var path: [String] = []

    private static let primitives: [String: AvroSchema.Shape] = [
        "null": .null, "boolean": .boolean, "int": .int, "long": .long, "float": .float, "double": .double,
        "bytes": .bytes, "string": .string,
    ]

    static func parse(_ json: JSONValue, named: NamedSchemas, limits: AvroLimits) throws(AvroError) -> AvroSchema {
        var parser = SchemaParser(named: named, limits: limits)
        let (root, printed) = try parser.type(json, Context(namespace: "", depth: 0))
        return AvroSchema(types: parser.types, properties: parser.properties, root: root, json: printed)
    }

    private init(named: NamedSchemas, limits: AvroLimits) {
        self.named = named
        self.limits = limits
    }

    private struct Context {
        var namespace: String
        /// How deep the JSON nests.
        var depth: Int

        var inside: Context { Context(namespace: namespace, depth: depth + 1) }
    }

    private typealias Parsed = (AvroSchema.TypeIndex, JSONValue)

    private mutating func type(_ json: JSONValue, _ context: Context) throws(AvroError) -> Parsed {
        guard context.depth < limits.schemaDepth else { throw tooDeep() }
        switch json {
        case .string(let name): return try reference(name, context)
        case .array(let branches): return try union(branches, context)
        case .object: return try object(json, context)
        default: throw failure("a type must be a name, an array or an object, not \(json.description.prefix(80))")
        }
    }

    private mutating func reference(_ name: String, _ context: Context) throws(AvroError) -> Parsed {
        if let primitive = SchemaParser.primitives[name] {
            return (try add(primitive), .string(name))
        }
        try check(name: name)
        let full = SchemaName.full(name, in: context.namespace)
        for candidate in [full, name] {
            guard let index = indices[candidate] else { continue }
            try countUse(of: index)
            return (index, .string(candidate == full ? name : candidate))
        }
        for candidate in [full, name] {
            if let definition = named[candidate] { return try inlined(definition, candidate, context) }
        }
        throw failure("the type '\(full)' is not defined")
    }

    /// A definition from another file: it is read in the null namespace and printed so that it reads the same here.
    private mutating func inlined(
        _ definition: JSONValue,
        _ name: String,
        _ context: Context
    ) throws(AvroError) -> Parsed {
        var alone = context.inside
        alone.namespace = ""
        let (index, printed) = try type(definition, alone)
        guard !name.contains("."), !context.namespace.isEmpty, printed["namespace"] == nil,
            case .object(let members) = printed
        else { return (index, printed) }
        return (index, .object(members + [JSONValue.Member("namespace", .string(""))]))
    }

    private mutating func union(_ branches: [JSONValue], _ context: Context) throws(AvroError) -> Parsed {
        var indices: [AvroSchema.TypeIndex] = []
        var printed: [JSONValue] = []
        var seen: Set<String> = []
        for branch in branches {
            let (index, json) = try type(branch, context.inside)
            if case .union = types[index] { throw failure("a union directly inside a union") }
            let kind = types[index].branchName
            guard seen.insert(kind).inserted else { throw failure("the branch '\(kind)' twice in a union") }
            indices.append(index)
            printed.append(json)
        }
        guard !indices.isEmpty else { throw failure("a union without branches") }
        return (try add(.union(indices)), .array(printed))
    }

    private mutating func object(_ json: JSONValue, _ context: Context) throws(AvroError) -> Parsed {
        guard let inner = json["type"] else { throw failure("a schema without 'type'") }
        guard let kind = inner.text else {
            let (index, printed) = try type(inner, context.inside)
            return (index, json.replacing("type", printed))
        }
        switch kind {
        case "record", "error": return try record(json, context)
        case "enum": return try enumeration(json, context)
        case "fixed": return try fixed(json, context)
        case "array":
            guard let items = json["items"] else { throw failure("an array without 'items'") }
            let (index, printed) = try type(items, context.inside)
            return (try add(.array(index)), json.replacing("items", printed))
        case "map":
            guard let values = json["values"] else { throw failure("a map without 'values'") }
            let (index, printed) = try type(values, context.inside)
            return (try add(.map(index)), json.replacing("values", printed))
        default:
            let (index, printed) = try reference(kind, context.inside)
            return (index, json.replacing("type", printed))
        }
    }

    private mutating func record(_ json: JSONValue, _ context: Context) throws(AvroError) -> Parsed {
        let (name, known) = try define(json, .record(name: "", fields: []), context)
        if let known { return known }
        guard case .array(let list)? = json["fields"], let index = indices[name] else {
            throw failure("the record '\(name)' has no array 'fields'")
        }
        var inside = context.inside
        inside.namespace = SchemaName.namespace(ofFull: name)
        var fields: [AvroSchema.Field] = []
        var printed: [JSONValue] = []
        for item in list {
            guard let fieldName = item["name"]?.text else { throw failure("a field of '\(name)' without a name") }
            try check(name: fieldName)
            path.append(fieldName)
            guard let type = item["type"] else { throw failure("a field without 'type'") }
            let (typeIndex, json) = try self.type(type, inside)
            let aliases = try strings(item["aliases"], "aliases")
            fields.append(
                AvroSchema.Field(name: fieldName, aliases: aliases, type: typeIndex, fallback: item["default"])
            )
            printed.append(item.replacing("type", json))
            path.removeLast()
        }
        try complete(index, .record(name: name, fields: fields))
        return (index, json.replacing("fields", .array(printed)))
    }

    private mutating func enumeration(_ json: JSONValue, _ context: Context) throws(AvroError) -> Parsed {
        let (name, known) = try define(json, .enumeration(name: "", symbols: [], fallback: nil), context)
        if let known { return known }
        let symbols = try strings(json["symbols"], "symbols")
        guard !symbols.isEmpty, Set(symbols).count == symbols.count, let index = indices[name] else {
            throw failure("the enum '\(name)' needs 'symbols', each once")
        }
        try complete(index, .enumeration(name: name, symbols: symbols, fallback: json["default"]?.text))
        return (index, json)
    }

    private mutating func fixed(_ json: JSONValue, _ context: Context) throws(AvroError) -> Parsed {
        guard case .integer(let size)? = json["size"], size >= 0, size <= Int64(Int32.max) else {
            throw failure("a fixed needs a 'size' from 0 to \(Int32.max)")
        }
        let (name, known) = try define(json, .fixed(name: "", size: Int(size)), context)
        if let known { return known }
        guard let index = indices[name] else { throw failure("a fixed without a name") }
        try complete(index, .fixed(name: name, size: Int(size)))
        return (index, json)
    }

    /// Makes room for a named type before its inside is read, which may name it. Surveys repeat definitions; the
    /// same one again is a reference.
    private mutating func define(
        _ json: JSONValue,
        _ shape: AvroSchema.Shape,
        _ context: Context
    ) throws(AvroError) -> (name: String, known: Parsed?) {
        guard let name = SchemaName.ofDefinition(json, in: context.namespace), SchemaName.isValid(name) else {
            throw failure("'\((json["name"]?.text ?? "").prefix(80))' is no name of a type")
        }
        try check(name: name)
        if let index = indices[name] {
            guard definitions[name] == json else {
                throw failure("the type '\(name)' is defined twice, and differently")
            }
            try countUse(of: index)
            return (name, (index, .string(name)))
        }
        indices[name] = try room(for: shape)
        definitions[name] = json
        return (name, nil)
    }

    private func strings(_ json: JSONValue?, _ what: String) throws(AvroError) -> [String] {
        guard let json else { return [] }
        guard case .array(let items) = json else { throw failure("'\(what)' is no array of names") }
        var result: [String] = []
        for item in items {
            guard let text = item.text else { throw failure("'\(what)' is no array of names") }
            try check(name: text)
            result.append(text)
        }
        return result
    }

    // MARK: Bounds

    private mutating func add(_ shape: AvroSchema.Shape) throws(AvroError) -> AvroSchema.TypeIndex {
        let index = try room(for: shape)
        try complete(index, shape)
        return index
    }

    private mutating func room(for shape: AvroSchema.Shape) throws(AvroError) -> AvroSchema.TypeIndex {
        types.append(shape)
        properties.append(SchemaProperties())
        try countUse(of: types.count - 1)
        return types.count - 1
    }

    private mutating func countUse(of index: AvroSchema.TypeIndex) throws(AvroError) {
        guard uses < limits.schemaTypes else {
            throw failure("a schema of more than \(limits.schemaTypes) types", .schemaTooLarge)
        }
        uses += 1
        properties[index].uses += 1
    }

    /// Sets a type whose inside is known.
    private mutating func complete(_ index: AvroSchema.TypeIndex, _ shape: AvroSchema.Shape) throws(AvroError) {
        types[index] = shape
        let uses = properties[index].uses
        properties[index] = SchemaProperties(shape) { properties[$0] }
        properties[index].uses = uses
        guard properties[index].depth <= limits.schemaDepth else { throw tooDeep() }
    }

    private func check(name: String) throws(AvroError) {
        guard name.utf8.count <= limits.nameBytes else {
            throw failure(
                "a name of \(name.utf8.count) bytes, where \(limits.nameBytes) are allowed: '\(name.prefix(40))...'",
                .schemaTooLarge
            )
        }
    }

    private func tooDeep() -> AvroError {
        failure("a schema whose types hold each other more than \(limits.schemaDepth) deep", .schemaTooDeep)
    }

    private func failure(_ message: String, _ kind: AvroError.Kind = .schema) -> AvroError {
        AvroError(kind, message, path: path.isEmpty ? nil : path.joined(separator: "."))
    }
}

extension AvroSchema.Shape {
    /// The name by which a union tells its branches apart.
    var branchName: String {
        switch self {
        case .null: "null"
        case .boolean: "boolean"
        case .int: "int"
        case .long: "long"
        case .float: "float"
        case .double: "double"
        case .bytes: "bytes"
        case .string: "string"
        case .array: "array"
        case .map: "map"
        case .union: "union"
        case .fixed(let name, _), .enumeration(let name, _, _), .record(let name, _): name
        }
    }
}

extension JSONValue {
    /// The object with another value for one of its attributes; where it stands twice, the last is the one that counts.
    func replacing(_ name: String, _ value: JSONValue) -> JSONValue {
        guard case .object(var members) = self, let index = members.lastIndex(where: { $0.name == name }) else {
            return self
        }
        members[index].value = value
        return .object(members)
    }
}
