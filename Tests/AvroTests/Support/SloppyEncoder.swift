import Ground

@testable import Avro

/// Encodes as another writer may: arrays in several blocks, with or without their size in bytes, and integers in more
/// bytes than they need.
struct SloppyEncoder {
    private let schema: AvroSchema
    private var generator: SeededGenerator

    static func encode(_ value: AvroValue, as schema: AvroSchema, seed: UInt64) -> [UInt8] {
        var encoder = SloppyEncoder(schema: schema, generator: SeededGenerator(seed: seed))
        return encoder.bytes(value, schema.root)
    }

    private mutating func bytes(_ value: AvroValue, _ type: AvroSchema.TypeIndex) -> [UInt8] {
        switch (schema[type], value) {
        case (.int, .int(let integer)): return long(Int64(integer))
        case (.long, .long(let integer)): return long(integer)
        case (.string, .string(let text)): return long(Int64(text.utf8.count)) + [UInt8](text.utf8)
        case (.bytes, .bytes(let bytes)): return long(Int64(bytes.count)) + bytes
        case (.enumeration(_, let symbols, _), .enumeration(let symbol)):
            return long(Int64(symbols.firstIndex(of: symbol) ?? 0))
        case (.array(let item), .array(let items)):
            return blocks(items.map { bytes($0, item) })
        case (.map(let item), .map(let entries)):
            return blocks(
                entries.sorted { $0.key < $1.key }.map { key, value in
                    long(Int64(key.utf8.count)) + [UInt8](key.utf8) + bytes(value, item)
                }
            )
        case (.record(_, let fields), .record(let record)):
            return zip(fields, record.fields).flatMap { bytes($1.value, $0.type) }
        case (.union(let branches), .union(let branch, let inner)):
            return long(Int64(branch)) + bytes(inner, branches[branch])
        case (.union(let branches), _):
            let branch = branches.firstIndex { (schema[$0] == .null) == (value == .null) } ?? 0
            return long(Int64(branch)) + bytes(value, branches[branch])
        default:
            var encoder = AvroEncoder()
            switch value {
            case .boolean(let flag): encoder.boolean(flag)
            case .float(let number): encoder.float(number)
            case .double(let number): encoder.double(number)
            case .fixed(let bytes): encoder.raw(bytes)
            default: encoder.null()
            }
            return encoder.bytes
        }
    }

    private mutating func blocks(_ items: [[UInt8]]) -> [UInt8] {
        var result: [UInt8] = []
        var rest = items[...]
        while !rest.isEmpty {
            let block = rest.prefix(Int.random(in: 1...rest.count, using: &generator))
            rest = rest.dropFirst(block.count)
            let content = block.flatMap { $0 }
            if generator.chance(0.5) {
                result += long(Int64(block.count)) + content
            } else {
                result += long(-Int64(block.count)) + long(Int64(content.count)) + content
            }
        }
        return result + long(0)
    }

    private mutating func long(_ value: Int64) -> [UInt8] {
        var encoder = AvroEncoder()
        encoder.long(value)
        var bytes = encoder.bytes
        guard bytes.count < 9, generator.chance(0.3) else { return bytes }
        bytes[bytes.count - 1] |= 0x80
        for _ in 0..<Int.random(in: 0...(8 - bytes.count), using: &generator) { bytes.append(0x80) }
        return bytes + [0]
    }
}
