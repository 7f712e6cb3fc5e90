package import Ground
package import Service

/// Where a new consumer group starts to read.
package enum InputStart: ConfigurationScalar, Hashable {
    /// At the first message that Kafka still holds.
    case earliest
    /// At the messages that arrive from now on.
    case latest
    /// At the first message with this timestamp or a later one.
    case time(UTCTime)

    /// What a value looks like.
    package static var allowed: String { "earliest, latest or a time as 2026-11-25T00:00:00Z" }

    /// Reads the word; nil where it is none.
    package init?(configurationText text: String) {
        switch text {
        case "earliest": self = .earliest
        case "latest": self = .latest
        default:
            guard let time = UTCTime(iso8601: text) else { return nil }
            self = .time(time)
        }
    }

    /// The word.
    package var configurationText: String {
        switch self {
        case .earliest: "earliest"
        case .latest: "latest"
        case .time(let time): time.description
        }
    }
}

/// How the records of an input topic are framed.
package enum InputFraming: String, ConfigurationChoice {
    /// Told apart message by message by the first bytes.
    case auto
    /// Avro object containers (ZTF).
    case container
    /// Confluent's wire format: a zero byte, a schema id, the datum (LSST).
    case confluent
    /// Avro's single-object encoding: C3 01, a schema's fingerprint, the datum.
    case singleObject = "single-object"
}

/// How annotated alerts are framed.
package enum OutputFraming: String, ConfigurationChoice {
    /// An Avro object container that carries its schema: any Avro library reads it.
    case container
    /// Confluent's wire format, the schema in a registry.
    case confluent
}

/// How much of the packet's light curve an annotated alert carries.
package enum OutputLightCurve: String, ConfigurationChoice {
    /// The newest 200 points.
    case recent
    /// All points.
    case full
    /// None.
    case none
}

extension LogFormat: ConfigurationChoice {}

extension LogLevel: ConfigurationChoice {}

extension ListenAddress: ConfigurationScalar {
    /// What a value looks like.
    package static var allowed: String { "host:port, [ipv6]:port or :port" }
    /// Reads the word; nil where it is none.
    package init?(configurationText text: String) { self.init(text) }
    /// The word.
    package var configurationText: String { description }
}

/// A span of time: `250ms`, `30s`, `5m`, `2h`.
package struct TimeSpan: ConfigurationScalar, Hashable, Comparable {
    /// The span in milliseconds.
    package let milliseconds: Int

    /// A span of milliseconds.
    package init(milliseconds: Int) { self.milliseconds = milliseconds }

    /// A span of seconds.
    package static func seconds(_ count: Int) -> TimeSpan { TimeSpan(milliseconds: count * 1000) }

    /// The span as the standard library has it.
    package var duration: Duration { .milliseconds(milliseconds) }

    /// What a value looks like.
    package static var allowed: String { "a time span as 250ms, 30s, 5m or 2h" }

    /// Reads the word; nil where it is none.
    package init?(configurationText text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        let factors = ["ms": 1, "s": 1000, "m": 60_000, "min": 60_000, "h": 3_600_000]
        guard let count = Int(digits), let factor = factors[String(unit)] else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: factor)
        guard !overflow else { return nil }
        milliseconds = product
    }

    /// The word.
    package var configurationText: String {
        for (unit, factor) in [("h", 3_600_000), ("m", 60_000), ("s", 1000)]
        where milliseconds != 0 && milliseconds % factor == 0 {
            return "\(milliseconds / factor)\(unit)"
        }
        return "\(milliseconds)ms"
    }

    /// Orders by size.
    package static func < (left: TimeSpan, right: TimeSpan) -> Bool { left.milliseconds < right.milliseconds }
}

/// An amount of memory: `64KiB`, `256MiB`, `2GiB`, or bytes.
package struct ByteCount: ConfigurationScalar, Hashable, Comparable {
    /// The amount in bytes.
    package let bytes: Int

    /// An amount of bytes.
    package init(bytes: Int) { self.bytes = bytes }

    /// An amount of MiB.
    package static func mebibytes(_ count: Int) -> ByteCount { ByteCount(bytes: count << 20) }

    /// What a value looks like.
    package static var allowed: String { "an amount of memory as 64KiB, 256MiB or 2GiB" }

    /// Reads the word; nil where it is none.
    package init?(configurationText text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        let factors = ["": 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30]
        guard let count = Int(digits), let factor = factors[String(unit)] else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: factor)
        guard !overflow else { return nil }
        bytes = product
    }

    /// The word.
    package var configurationText: String {
        for (unit, factor) in [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
        where bytes != 0 && bytes % factor == 0 {
            return "\(bytes / factor)\(unit)"
        }
        return String(bytes)
    }

    /// Orders by size.
    package static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }
}
