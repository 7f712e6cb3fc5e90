import Avro
import Sky

@testable import Survey

/// Packets made from a schema and values.
struct MadePacket {
    let schema: AvroSchema
    var value: AvroValue

    /// A packet of a schema with nothing in it: null where that is allowed, else 0, "" and empty lists.
    init(_ schema: AvroSchema) {
        self.schema = schema
        var types = NamedTypes()
        value = types.empty(schema.json)
    }

    /// Sets or reads the value at a dotted path; a step may be a row of a list (`prvDiaSources.0.band`).
    subscript(path: String) -> AvroValue? {
        get { Self.get(value, path.split(separator: ".").map(String.init)[...]) }
        set { value = Self.set(value, path.split(separator: ".").map(String.init)[...], newValue ?? .null) }
    }

    var datum: [UInt8] {
        get throws { try AvroValue.encode(value, as: schema) }
    }

    /// The packet as an object container.
    func container(codec: BlockCodec = .null) throws -> [UInt8] {
        var writer = ObjectContainerWriter(schema: schema, codec: codec)
        try writer.append(datum)
        return try writer.finish()
    }

    /// The packet as a framed message.
    func framed(id: Int32) throws -> [UInt8] { try ConfluentFrame.header(schemaId: id) + datum }

    /// The alert that the packet gives.
    func alert() throws -> Alert {
        let alerts = try PacketDecoder(registry: nil).alerts(container())
        guard let alert = alerts.first, alerts.count == 1 else {
            throw PacketError(.decode, .noRecords, "\(alerts.count) alerts instead of 1")
        }
        return alert
    }

    /// The error that the packet gives; nil if it gives an alert.
    func error() throws -> PacketError? {
        do {
            _ = try alert()
            return nil
        } catch let error as PacketError {
            return error
        }
    }

    /// An empty value of a named type that the schema defines.
    func empty(_ typeName: String) -> AvroValue {
        var types = NamedTypes()
        _ = types.empty(schema.json)
        return types.definitions[typeName].map { types.empty($0.json, in: $0.namespace) } ?? .null
    }

    private static func get(_ value: AvroValue, _ path: ArraySlice<String>) -> AvroValue? {
        guard let step = path.first else { return value }
        if case .array(let items) = value, let row = Int(step), row < items.count {
            return get(items[row], path.dropFirst())
        }
        return value[step].flatMap { get($0, path.dropFirst()) }
    }

    private static func set(_ value: AvroValue, _ path: ArraySlice<String>, _ new: AvroValue) -> AvroValue {
        guard let step = path.first else { return new }
        switch value {
        case .record(var record):
            record[step] = set(record[step] ?? .null, path.dropFirst(), new)
            return .record(record)
        case .array(var items):
            guard let row = Int(step), row < items.count else { return value }
            items[row] = set(items[row], path.dropFirst(), new)
            return .array(items)
        default:
            return value
        }
    }
}

/// Walks a schema's JSON.
private struct NamedTypes {
    var definitions: [String: (json: JSONValue, namespace: String)] = [:]

    mutating func empty(_ type: JSONValue, in namespace: String = "") -> AvroValue {
        switch type {
        case .string(let name): return emptyNamed(name, in: namespace)
        case .array(let branches):
            return branches.contains(.string("null")) ? .null : empty(branches.first ?? .null, in: namespace)
        case .object: return emptyComplex(type, in: namespace)
        default: return .null
        }
    }

    private mutating func emptyNamed(_ name: String, in namespace: String) -> AvroValue {
        switch name {
        case "null": return .null
        case "boolean": return .boolean(false)
        case "int": return .int(0)
        case "long": return .long(0)
        case "float": return .float(0)
        case "double": return .double(0)
        case "bytes": return .bytes([])
        case "string": return .string("")
        default:
            let full = name.contains(".") || namespace.isEmpty ? name : namespace + "." + name
            guard let definition = definitions[full] else { return .null }
            return empty(definition.json, in: definition.namespace)
        }
    }

    private mutating func emptyComplex(_ type: JSONValue, in outer: String) -> AvroValue {
        guard let kind = type["type"] else { return .null }
        guard let name = kind.text else { return empty(kind, in: outer) }
        switch name {
        case "array": return gather(type["items"], in: outer, .array([]))
        case "map": return gather(type["values"], in: outer, .map([:]))
        case "record":
            let short = type["name"]?.text ?? ""
            let namespace =
                short.contains(".")
                ? String(short[..<(short.lastIndex(of: ".") ?? short.startIndex)]) : type["namespace"]?.text ?? outer
            let full = short.contains(".") || namespace.isEmpty ? short : namespace + "." + short
            definitions[full] = (type, namespace)
            guard case .array(let fields)? = type["fields"] else { return .null }
            var record = AvroRecord()
            for field in fields {
                record[field["name"]?.text ?? ""] = gatherNull(field["type"] ?? .null, in: namespace)
            }
            return .record(record)
        default: return emptyNamed(name, in: outer)
        }
    }

    /// The empty value, after the types that stand inside have been seen.
    private mutating func gather(_ inner: JSONValue?, in namespace: String, _ value: AvroValue) -> AvroValue {
        if let inner { _ = gatherNull(inner, in: namespace) }
        return value
    }

    private mutating func gatherNull(_ type: JSONValue, in namespace: String) -> AvroValue {
        if case .array(let branches) = type {
            for branch in branches { _ = empty(branch, in: namespace) }
        }
        return empty(type, in: namespace)
    }
}
