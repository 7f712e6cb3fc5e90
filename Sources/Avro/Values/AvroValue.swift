/// Any Avro value, for code that is not in a hurry; the stream uses `DecodePlan` and `AvroEncoder`.
public enum AvroValue: Sendable {
    /// `null`.
    case null
    /// `boolean`.
    case boolean(Bool)
    /// `int`.
    case int(Int32)
    /// `long`.
    case long(Int64)
    /// `float`.
    case float(Float)
    /// `double`.
    case double(Double)
    /// `bytes`.
    case bytes([UInt8])
    /// `string`.
    case string(String)
    /// `fixed`.
    case fixed([UInt8])
    /// A symbol of an `enum`.
    case enumeration(String)
    /// `array`.
    case array([AvroValue])
    /// `map`.
    case map([String: AvroValue])
    /// `record`.
    case record(AvroRecord)
    /// A branch of a union. Decoding gives it only for unions of more than null and one other type; there the value
    /// stands for itself. Encoding takes either.
    indirect case union(Int, AvroValue)
}

/// The fields of a record value, in order.
public struct AvroRecord: Sendable, ExpressibleByDictionaryLiteral {
    /// Names and values.
    public private(set) var fields: [(name: String, value: AvroValue)]

    /// A record of the given fields.
    public init(_ fields: [(name: String, value: AvroValue)] = []) {
        self.fields = fields
    }

    /// A record of the given fields.
    public init(dictionaryLiteral elements: (String, AvroValue)...) {
        fields = elements.map { (name: $0.0, value: $0.1) }
    }

    /// The value of a field (of several with one name, the last); setting it appends the field if it is not there,
    /// setting nil removes it.
    public subscript(name: String) -> AvroValue? {
        get { fields.last { $0.name == name }?.value }
        set {
            guard let index = fields.lastIndex(where: { $0.name == name }) else {
                if let newValue { fields.append((name, newValue)) }
                return
            }
            if let newValue { fields[index].value = newValue } else { fields.remove(at: index) }
        }
    }
}

extension AvroValue {
    /// The value of a record's field, or of a map's key; nil where there is none.
    public subscript(name: String) -> AvroValue? {
        switch self {
        case .record(let record): record[name]
        case .map(let entries): entries[name]
        case .union(_, let value): value[name]
        default: nil
        }
    }
}

extension AvroValue: Equatable {
    /// Bit for bit: NaN equals the same NaN, 0 is not -0; fields of records in the same order.
    public static func == (left: AvroValue, right: AvroValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.boolean(let a), .boolean(let b)): a == b
        case (.int(let a), .int(let b)): a == b
        case (.long(let a), .long(let b)): a == b
        case (.float(let a), .float(let b)): a.bitPattern == b.bitPattern
        case (.double(let a), .double(let b)): a.bitPattern == b.bitPattern
        case (.bytes(let a), .bytes(let b)), (.fixed(let a), .fixed(let b)): a == b
        case (.string(let a), .string(let b)), (.enumeration(let a), .enumeration(let b)): a == b
        case (.array(let a), .array(let b)): a == b
        case (.map(let a), .map(let b)): a == b
        case (.record(let a), .record(let b)):
            a.fields.elementsEqual(b.fields) { $0.name == $1.name && $0.value == $1.value }
        case (.union(let a, let x), .union(let b, let y)): a == b && x == y
        default: false
        }
    }
}

extension AvroValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral
{
    /// `null`.
    public init(nilLiteral: ()) { self = .null }
    /// A `boolean`.
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
    /// A `long`.
    public init(integerLiteral value: Int64) { self = .long(value) }
    /// A `double`.
    public init(floatLiteral value: Double) { self = .double(value) }
    /// A `string`.
    public init(stringLiteral value: String) { self = .string(value) }
    /// An `array`.
    public init(arrayLiteral elements: AvroValue...) { self = .array(elements) }
}
