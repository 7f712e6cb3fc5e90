package import Avro

/// Why a packet has no values.
package enum DatumError: Error {
    /// There is no record, or no schema for it.
    case missing
    /// Bytes after the record.
    case leftOver(Int)
}

/// Packets as generic values.
package enum Datum {
    /// The records of a framed message.
    package static func values(_ message: [UInt8], registry: (any SchemaRegistry)? = nil) throws -> [AvroValue] {
        var values: [AvroValue] = []
        try message.withUnsafeBytes { bytes in
            let messages = FramedMessages(registry: registry) { $0 }
            try messages.forEach(in: bytes, trailing: { count, _ in DatumError.leftOver(count) }) { datum, schema in
                let (value, used) = try AvroValue.decode(datum, as: schema)
                values.append(value)
                return used
            }
        }
        return values
    }

    package static func value(_ message: [UInt8]) throws -> AvroValue {
        try unwrap(try values(message).first)
    }
}

private func unwrap<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw DatumError.missing }
    return value
}

extension AvroValue {
    /// A field of a field.
    package func at(_ path: String) -> AvroValue? {
        path.split(separator: ".").reduce(self as AvroValue?) { $0?[String($1)] }
    }

    package var number: Double? {
        switch self {
        case .double(let value): value
        case .float(let value): Double(value)
        case .int(let value): Double(value)
        case .long(let value): Double(value)
        case .union(_, let value): value.number
        default: nil
        }
    }

    package var integer: Int64? {
        switch self {
        case .int(let value): Int64(value)
        case .long(let value): value
        case .union(_, let value): value.integer
        default: nil
        }
    }

    package var text: String? {
        switch self {
        case .string(let value): value
        case .union(_, let value): value.text
        default: nil
        }
    }

    package var items: [AvroValue] {
        switch self {
        case .array(let items): items
        case .union(_, let value): value.items
        default: []
        }
    }

    package var octets: [UInt8]? {
        switch self {
        case .bytes(let bytes): bytes
        case .union(_, let value): value.octets
        default: nil
        }
    }

    package var isNull: Bool {
        switch self {
        case .null: true
        case .union(_, let value): value.isNull
        default: false
        }
    }
}
