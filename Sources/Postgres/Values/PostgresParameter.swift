/// A value that goes to the server, in its binary form.
package enum PostgresParameter: Hashable, Sendable {
    /// SQL null.
    case null
    /// `boolean`.
    case bool(Bool)
    /// `smallint`.
    case int16(Int16)
    /// `integer`.
    case int32(Int32)
    /// `bigint`.
    case int64(Int64)
    /// `real`.
    case float(Float)
    /// `double precision`.
    case double(Double)
    /// `text`. Holds no zero character: PostgreSQL has none in text.
    case text(String)
    /// `bytea`.
    case bytes([UInt8])
    /// `jsonb`, as JSON text.
    case json(String)
    /// `timestamptz`, in microseconds since 1970-01-01 UTC.
    case timestamp(Int64)
    /// `boolean[]`.
    case bools([Bool])
    /// `smallint[]`.
    case int16s([Int16])
    /// `integer[]`.
    case int32s([Int32])
    /// `bigint[]`.
    case int64s([Int64])
    /// `bigint[]`, nil for null elements.
    case int64sOrNulls([Int64?])
    /// `real[]`.
    case floats([Float])
    /// `double precision[]`.
    case doubles([Double])
    /// `text[]`, nil for null elements.
    case texts([String?])
    /// `bytea[]`.
    case byteArrays([[UInt8]])

    /// The type on the wire.
    package var type: PostgresType {
        switch self {
        case .null: .unspecified
        case .bool: .bool
        case .int16: .int16
        case .int32: .int32
        case .int64: .int64
        case .float: .float
        case .double: .double
        case .text: .text
        case .bytes: .bytes
        case .json: .json
        case .timestamp: .timestamp
        case .bools: .bools
        case .int16s: .int16s
        case .int32s: .int32s
        case .int64s, .int64sOrNulls: .int64s
        case .floats: .floats
        case .doubles: .doubles
        case .texts: .texts
        case .byteArrays: .byteArrays
        }
    }

    /// Appends the value's binary form without a length.
    func append(to bytes: BinaryBuffer) {
        switch self {
        case .null: break
        case .bool(let value): bytes.put(UInt8(value ? 1 : 0))
        case .int16(let value): bytes.put(value)
        case .int32(let value): bytes.put(value)
        case .int64(let value): bytes.put(value)
        case .float(let value): bytes.put(value.bitPattern)
        case .double(let value): bytes.put(value.bitPattern)
        case .text(let value): bytes.put(utf8: value)
        case .bytes(let value): bytes.put(bytes: value)
        case .json(let value):
            bytes.put(UInt8(1))
            bytes.put(utf8: value)
        case .timestamp(let value): bytes.put(value &- PostgresEpoch.microseconds)
        case .bools(let values): bytes.put(array: values)
        case .int16s(let values): bytes.put(array: values)
        case .int32s(let values): bytes.put(array: values)
        case .int64s(let values): bytes.put(array: values)
        case .int64sOrNulls(let values): bytes.put(array: values)
        case .floats(let values): bytes.put(array: values)
        case .doubles(let values): bytes.put(array: values)
        case .texts(let values): bytes.put(array: values)
        case .byteArrays(let values): bytes.put(array: values)
        }
    }
}

/// PostgreSQL counts time from 2000-01-01 UTC.
enum PostgresEpoch {
    /// Microseconds from 1970-01-01 to 2000-01-01.
    static let microseconds: Int64 = 946_684_800_000_000
}
