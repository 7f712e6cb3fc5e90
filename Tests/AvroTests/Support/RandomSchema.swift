import Ground

@testable import Avro

/// Schemas of every kind of type, nested at random.
struct RandomSchema {
    private var generator: SeededGenerator
    private var count = 0
    /// Full names that may be named again.
    private var defined: [String] = []

    static let primitives = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"]

    static func record(seed: UInt64) throws -> AvroSchema {
        var random = RandomSchema(generator: SeededGenerator(seed: seed))
        return try AvroSchema(random.record(depth: 0))
    }

    private mutating func type(depth: Int) -> JSONValue {
        switch Int.random(in: 0..<20, using: &generator) {
        case 0...6: primitive()
        case 7...10 where depth < 5: .array([.string("null"), branch(depth: depth + 1)].shuffled(using: &generator))
        case 11 where depth < 5: union(depth: depth + 1)
        case 12...13 where depth < 5: object([("type", .string("array")), ("items", type(depth: depth + 1))])
        case 14 where depth < 5: object([("type", .string("map")), ("values", type(depth: depth + 1))])
        case 15...16 where depth < 4: record(depth: depth + 1)
        case 17: enumeration()
        case 18: fixed()
        case 19 where !defined.isEmpty: .string(defined.randomElement(using: &generator) ?? "int")
        default: primitive()
        }
    }

    private mutating func primitive() -> JSONValue {
        let name = RandomSchema.primitives.randomElement(using: &generator) ?? "int"
        guard name == "long", generator.chance(0.3) else { return .string(name) }
        return object([("type", .string("long")), ("logicalType", .string("timestamp-micros"))])
    }

    /// A type that may stand beside null.
    private mutating func branch(depth: Int) -> JSONValue {
        while true {
            let before = defined
            let candidate = type(depth: depth)
            if case .array = candidate {
                defined = before
            } else if candidate != .string("null") {
                return candidate
            }
        }
    }

    private mutating func union(depth: Int) -> JSONValue {
        var branches = RandomSchema.primitives.shuffled(using: &generator).prefix(
            Int.random(in: 1...4, using: &generator)
        )
        .map { JSONValue.string($0) }
        if generator.chance(0.5) { branches.append(record(depth: depth)) }
        if generator.chance(0.3) { branches.append(enumeration()) }
        if generator.chance(0.3) {
            branches.append(object([("type", .string("array")), ("items", type(depth: depth))]))
        }
        return .array(branches)
    }

    private mutating func name() -> String {
        count += 1
        return "n\(count)"
    }

    private mutating func record(depth: Int) -> JSONValue {
        let name = name()
        var fields: [JSONValue] = []
        for index in 0..<Int.random(in: depth == 0 ? 2...10 : 0...5, using: &generator) {
            var members: [(String, JSONValue)] = [("name", .string("f\(index)")), ("type", type(depth: depth))]
            if generator.chance(0.3) { members.append(("doc", .string("a \"doc\", \u{e9}\n"))) }
            if generator.chance(0.2) { members.append(("aliases", .array([.string("a\(index)")]))) }
            fields.append(object(members.shuffled(using: &generator)))
        }
        defined.append("test.space." + name)
        return object([
            ("type", .string("record")), ("namespace", .string("test.space")), ("name", .string(name)),
            ("fields", .array(fields)),
        ])
    }

    private mutating func enumeration() -> JSONValue {
        let name = name()
        defined.append("test.space." + name)
        let symbols = (0..<Int.random(in: 1...5, using: &generator)).map { JSONValue.string("S\($0)") }
        return object([
            ("type", .string("enum")), ("name", .string("test.space." + name)), ("symbols", .array(symbols)),
        ])
    }

    private mutating func fixed() -> JSONValue {
        let name = name()
        defined.append("test.space." + name)
        return object([
            ("type", .string("fixed")), ("name", .string("test.space." + name)),
            ("size", .integer(Int64.random(in: 1...20, using: &generator))),
        ])
    }

    private func object(_ members: [(String, JSONValue)]) -> JSONValue {
        .object(members.map { JSONValue.Member($0.0, $0.1) })
    }
}
