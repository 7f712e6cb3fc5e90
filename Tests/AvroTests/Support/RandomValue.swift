import Ground

@testable import Avro

/// Values of a schema, extreme ones among them.
struct RandomValue {
    private let schema: AvroSchema
    private var generator: SeededGenerator

    static func of(_ schema: AvroSchema, seed: UInt64) -> AvroValue {
        var random = RandomValue(schema: schema, generator: SeededGenerator(seed: seed))
        return random.value(schema.root, depth: 0)
    }

    private mutating func value(_ type: AvroSchema.TypeIndex, depth: Int) -> AvroValue {
        switch schema[type] {
        case .null: return .null
        case .boolean: return .boolean(generator.chance(0.5))
        case .int: return .int(Int32(truncatingIfNeeded: integer()))
        case .long: return .long(integer())
        case .float:
            return .float([0, -0.0, 1.5, .nan, .infinity, Float(bitPattern: 1)].randomElement(using: &generator) ?? 0)
        case .double: return .double([0, -0.0, 1.5, .nan, -.infinity, 1e-300].randomElement(using: &generator) ?? 0)
        case .bytes: return .bytes(bytes(Int.random(in: 0...300, using: &generator)))
        case .string: return .string(text())
        case .fixed(_, let size): return .fixed(bytes(size))
        case .enumeration(_, let symbols, _): return .enumeration(symbols.randomElement(using: &generator) ?? "")
        case .array(let item):
            let count = depth > 6 ? 0 : Int.random(in: 0...4, using: &generator)
            return .array((0..<count).map { _ in value(item, depth: depth + 1) })
        case .map(let item):
            let count = depth > 6 ? 0 : Int.random(in: 0...3, using: &generator)
            return .map(
                Dictionary((0..<count).map { ("k\($0)", value(item, depth: depth + 1)) }, uniquingKeysWith: { $1 })
            )
        case .record(_, let fields):
            return .record(AvroRecord(fields.map { (name: $0.name, value: value($0.type, depth: depth + 1)) }))
        case .union(let branches):
            let index = Int.random(in: 0..<branches.count, using: &generator)
            let inner = value(branches[index], depth: depth + 1)
            return schema.isNullable(branches) ? inner : .union(index, inner)
        }
    }

    /// Of every length that the encoding has.
    private mutating func integer() -> Int64 {
        Int64(truncatingIfNeeded: generator.next()) >> Int64.random(in: 0...63, using: &generator)
    }

    private mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    private mutating func text() -> String {
        let pieces = ["a", "Z", " ", "\"", "\\", "\n", "é", "𝛼", "☃", "\u{7F}", "/"]
        return (0..<Int.random(in: 0...12, using: &generator)).map { _ in
            pieces.randomElement(using: &generator) ?? ""
        }.joined()
    }
}
