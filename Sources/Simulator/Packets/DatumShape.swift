package import Avro
internal import Ground

/// The shape of data of a schema, for code that walks or writes them field by field.
package indirect enum DatumShape: Sendable {
    case null, boolean, int, long, float, double, bytes, string, enumeration
    case fixed(Int)
    case record(Record)
    case array(DatumShape)
    case map(DatumShape)
    case union([DatumShape])
    /// A type that is defined elsewhere, as an index into `DatumShapes.named`.
    case named(Int)

    package struct Record: Sendable {
        package var name: String
        package var fields: [(name: String, shape: DatumShape)]
    }
}

/// A schema's types.
package struct DatumShapes: Sendable {
    package private(set) var root: DatumShape = .null
    package private(set) var named: [DatumShape] = []
    private var indices: [String: Int] = [:]

    /// Reads a schema that `AvroSchema` has already found correct.
    package init(_ schema: AvroSchema) throws(SimulationError) {
        root = try shape(schema.json, namespace: "")
    }

    /// What a shape stands for, following names.
    package func resolved(_ shape: DatumShape) -> DatumShape {
        if case .named(let index) = shape { return named[index] }
        return shape
    }

    /// The fields of a record, of a nullable record, or of the record in a (nullable) array.
    package func fields(_ shape: DatumShape) -> [(name: String, shape: DatumShape)]? {
        switch resolved(shape) {
        case .record(let record): record.fields
        case .array(let item): fields(item)
        case .union(let branches): branches.lazy.compactMap { self.fields($0) }.first
        default: nil
        }
    }

    private mutating func shape(_ json: JSONValue, namespace: String) throws(SimulationError) -> DatumShape {
        switch json {
        case .string(let name): return try named(name, namespace)
        case .array(let branches):
            var shapes: [DatumShape] = []
            for branch in branches { shapes.append(try shape(branch, namespace: namespace)) }
            return .union(shapes)
        default: break
        }
        guard let type = json["type"] else { throw SimulationError("a schema without a type") }
        switch type.text {
        case "array": return .array(try shape(json["items"] ?? .null, namespace: namespace))
        case "map": return .map(try shape(json["values"] ?? .null, namespace: namespace))
        case "record", "error", "enum", "fixed": return try definition(json, namespace)
        default: return try shape(type, namespace: namespace)
        }
    }

    private mutating func definition(_ json: JSONValue, _ enclosing: String) throws(SimulationError) -> DatumShape {
        let space = json["namespace"]?.text ?? enclosing
        let name = Self.fullName(json["name"]?.text ?? "", space)
        let index = named.count
        indices[name] = index
        named.append(.null)
        let inner = name.lastIndex(of: ".").map { String(name[..<$0]) } ?? ""
        switch json["type"]?.text {
        case "enum": named[index] = .enumeration
        case "fixed":
            guard case .integer(let size)? = json["size"] else { throw SimulationError("fixed \(name) has no size") }
            named[index] = .fixed(Int(size))
        default:
            guard case .array(let fields)? = json["fields"] else {
                throw SimulationError("record \(name) has no fields")
            }
            var shapes: [(name: String, shape: DatumShape)] = []
            for field in fields {
                shapes.append((field["name"]?.text ?? "", try shape(field["type"] ?? .null, namespace: inner)))
            }
            named[index] = .record(DatumShape.Record(name: name, fields: shapes))
        }
        return .named(index)
    }

    private func named(_ name: String, _ namespace: String) throws(SimulationError) -> DatumShape {
        switch name {
        case "null": return .null
        case "boolean": return .boolean
        case "int": return .int
        case "long": return .long
        case "float": return .float
        case "double": return .double
        case "bytes": return .bytes
        case "string": return .string
        default:
            guard let index = indices[Self.fullName(name, namespace)] else {
                throw SimulationError("the schema names \(name), which it does not define")
            }
            return .named(index)
        }
    }

    private static func fullName(_ name: String, _ namespace: String) -> String {
        name.contains(".") || namespace.isEmpty ? name : namespace + "." + name
    }
}
