import Ground

/// The value of a log field.
package enum LogValue: Sendable, Equatable {
    case text(String)
    case integer(Int64)
    case number(Double)
    case bool(Bool)

    /// Any integer.
    package static func int(_ value: some BinaryInteger) -> LogValue { .integer(Int64(clamping: value)) }

    /// What anything says of itself, an error for example.
    package static func describing(_ value: Any) -> LogValue { .text(String(describing: value)) }

    var json: JSONValue {
        switch self {
        case .text(let value): .string(value)
        case .integer(let value): .integer(value)
        case .number(let value): .number(value)
        case .bool(let value): .bool(value)
        }
    }
}

extension LogValue: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral
{
    /// A text.
    package init(stringLiteral value: String) { self = .text(value) }
    /// An integer.
    package init(integerLiteral value: Int64) { self = .integer(value) }
    /// A number.
    package init(floatLiteral value: Double) { self = .number(value) }
    /// A boolean.
    package init(booleanLiteral value: Bool) { self = .bool(value) }
}

/// Names and values of a log line, in order.
package typealias LogFields = KeyValuePairs<String, LogValue>
