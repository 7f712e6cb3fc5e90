import Broker
import Foundation
import Sky

/// What a demonstration shows of itself at one moment.
struct DemoMoment {
    /// Seconds since the start.
    var elapsed: Double
    var feed: SkyFeed.Status
    var counts: OutcomeCounts
    var open: Int
    var faults: Int
    /// Alerts and other messages that came out in the last second or so, a second.
    var rate: Double
    /// Messages that wait in Kafka or are on their way through the broker.
    var lag: Int
    /// Median and 99 % of the latency, seconds; nil before the first alert.
    var latency: (median: Double, high: Double)?
    /// Why the stream does not flow, nil while it does.
    var trouble: String?
    /// Where Kafka and the database are, for a look from another terminal.
    var brokers: String
    var database: String

    /// `00:01:23`
    var clock: String {
        let seconds = Int(elapsed)
        return String(format: "%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60)
    }

    /// The ledger in one line.
    var ledger: String {
        "consumed \(counts.consumed.grouped) = annotated \(counts.annotated.grouped)"
            + " + duplicates \(counts.duplicates.grouped) + dead letters \(counts.deadLetters.grouped)"
    }
}

/// Measures a rate over the last two seconds.
struct RateMeter {
    private var marks: [(time: Double, count: Int)] = []
    private static let span = 2.0

    /// The rate when so many have been counted at this time.
    mutating func rate(_ count: Int, at time: Double) -> Double {
        marks.append((time, count))
        while marks.count > 2, marks[1].time < time - Self.span { marks.removeFirst() }
        guard let first = marks.first, time > first.time else { return 0 }
        return Double(count - first.count) / (time - first.time)
    }
}

extension BinaryInteger {
    /// With a comma between thousands.
    var grouped: String {
        let digits = Array(String(describing: magnitude))
        var text = self < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }
}
