import Avro
import Testing

/// Packets as generic values.
enum Datum {
    /// The records of a framed message.
    static func values(_ message: [UInt8], registry: (any SchemaRegistry)? = nil) throws -> [AvroValue] {
        var values: [AvroValue] = []
        try message.withUnsafeBytes { bytes in
            if ConfluentFrame.matches(bytes) {
                let schema = try #require(try registry?.schema(id: try ConfluentFrame(bytes).schemaId))
                let datum = UnsafeRawBufferPointer(rebasing: bytes[ConfluentFrame.headerSize...])
                let (value, used) = try AvroValue.decode(datum, as: schema)
                #expect(used == datum.count)
                values.append(value)
            } else {
                let reader = ObjectContainerReader { $0.schema }
                try reader.forEach(in: bytes) { datum, schema in
                    let (value, used) = try AvroValue.decode(datum, as: schema)
                    values.append(value)
                    return used
                }
            }
        }
        return values
    }

    static func value(_ message: [UInt8]) throws -> AvroValue {
        try #require(try values(message).first)
    }
}

extension AvroValue {
    /// A field of a field.
    func at(_ path: String) -> AvroValue? {
        path.split(separator: ".").reduce(self as AvroValue?) { $0?[String($1)] }
    }

    var number: Double? {
        switch self {
        case .double(let value): value
        case .float(let value): Double(value)
        case .int(let value): Double(value)
        case .long(let value): Double(value)
        case .union(_, let value): value.number
        default: nil
        }
    }

    var integer: Int64? {
        switch self {
        case .int(let value): Int64(value)
        case .long(let value): value
        case .union(_, let value): value.integer
        default: nil
        }
    }

    var text: String? {
        switch self {
        case .string(let value): value
        case .union(_, let value): value.text
        default: nil
        }
    }

    var items: [AvroValue] {
        switch self {
        case .array(let items): items
        case .union(_, let value): value.items
        default: []
        }
    }

    var octets: [UInt8]? {
        switch self {
        case .bytes(let bytes): bytes
        case .union(_, let value): value.octets
        default: nil
        }
    }

    var isNull: Bool {
        switch self {
        case .null: true
        case .union(_, let value): value.isNull
        default: false
        }
    }
}
