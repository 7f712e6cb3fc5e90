/// A moment as milliseconds since 1970-01-01 UTC, as Kafka's timestamps count it, and its ISO 8601 text.
public struct UTCTime: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public let milliseconds: Int64

    /// A moment.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// The moment of the call.
    public static var now: UTCTime {
        UTCTime(milliseconds: WallClock.microseconds / 1000)
    }

    /// Reads `2026-11-25`, `2026-11-25T01:30Z`, `2026-11-25T01:30:05.250Z` or `2026-11-25T02:30+01:00`.
    ///
    /// A date alone is its midnight UTC. A time needs `Z` or an offset, so that nobody's local time is read as UTC.
    /// Years 1970 to 2200.
    public init?(iso8601 text: String) {
        var scanner = DigitScanner(text)
        guard let year = scanner.number(digits: 4), scanner.take("-"),
            let month = scanner.number(digits: 2), scanner.take("-"),
            let day = scanner.number(digits: 2),
            (1970...2200).contains(year), (1...12).contains(month),
            day >= 1, day <= CalendarDate.daysInMonth(month, year: year)
        else { return nil }
        let midnight = CalendarDate(year: year, month: month, day: day).daysSinceUnixEpoch * 86_400_000
        if scanner.isAtEnd {
            self.init(milliseconds: Int64(midnight))
            return
        }
        guard scanner.take("T") || scanner.take("t") || scanner.take(" "),
            let hour = scanner.number(digits: 2), scanner.take(":"),
            let minute = scanner.number(digits: 2), hour < 24, minute < 60
        else { return nil }
        var second = 0
        var fraction = 0
        if scanner.take(":") {
            guard let value = scanner.number(digits: 2), value < 60 else { return nil }
            second = value
            if scanner.take(".") {
                guard let value = scanner.fractionInThousandths() else { return nil }
                fraction = value
            }
        }
        guard let offset = scanner.zoneOffsetInMinutes(), scanner.isAtEnd else { return nil }
        let time = ((hour * 60 + minute - offset) * 60 + second) * 1000 + fraction
        self.init(milliseconds: Int64(midnight + time))
    }

    /// ISO 8601 with milliseconds: `2026-11-25T01:30:05.250Z`.
    public var description: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the ISO 8601 text.
    public func append(to bytes: inout [UInt8]) {
        let (days, rest) = CalendarDate.divide(Int(milliseconds), by: 86_400_000)
        let date = CalendarDate(daysSinceUnixEpoch: days)
        func digits(_ value: Int, _ count: Int) {
            var divisor = 1
            for _ in 1..<count { divisor *= 10 }
            for _ in 0..<count {
                bytes.append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
                divisor /= 10
            }
        }
        digits(date.year, 4)
        bytes.append(UInt8(ascii: "-"))
        digits(date.month, 2)
        bytes.append(UInt8(ascii: "-"))
        digits(date.day, 2)
        bytes.append(UInt8(ascii: "T"))
        digits(rest / 3_600_000, 2)
        bytes.append(UInt8(ascii: ":"))
        digits(rest / 60_000 % 60, 2)
        bytes.append(UInt8(ascii: ":"))
        digits(rest / 1000 % 60, 2)
        bytes.append(UInt8(ascii: "."))
        digits(rest % 1000, 3)
        bytes.append(UInt8(ascii: "Z"))
    }

    /// Orders by time.
    public static func < (left: UTCTime, right: UTCTime) -> Bool { left.milliseconds < right.milliseconds }
}

private struct DigitScanner {
    private var rest: Substring

    init(_ text: String) { rest = text[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ character: Character) -> Bool {
        guard rest.first == character else { return false }
        rest.removeFirst()
        return true
    }

    mutating func number(digits count: Int) -> Int? {
        let text = rest.prefix(count)
        guard text.utf8.count == count, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        rest.removeFirst(count)
        return Int(text)
    }

    mutating func fractionInThousandths() -> Int? {
        let digits = rest.utf8.prefix { (48...57).contains($0) }
        guard (1...9).contains(digits.count) else { return nil }
        rest.removeFirst(digits.count)
        return (Array(digits) + [48, 48]).prefix(3).reduce(0) { $0 * 10 + Int($1) - 48 }
    }

    mutating func zoneOffsetInMinutes() -> Int? {
        if take("Z") || take("z") { return 0 }
        let sign: Int
        if take("+") {
            sign = 1
        } else if take("-") {
            sign = -1
        } else {
            return nil
        }
        guard let hours = number(digits: 2), take(":"), let minutes = number(digits: 2), hours < 24, minutes < 60
        else { return nil }
        return sign * (hours * 60 + minutes)
    }
}
