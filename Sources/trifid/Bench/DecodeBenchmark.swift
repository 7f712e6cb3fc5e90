import Avro
import Foundation
import Ground
import Sky
import Survey

/// Measures how fast one thread makes alerts of messages.
///
/// The messages are copied, over and over, into memory that no cache holds, and decoded in that order, so that every
/// one comes from memory as it does from Kafka.
struct DecodeBenchmark {
    /// What a run measured.
    struct Measurement: Hashable, Sendable {
        /// Alerts made.
        var alerts: Int
        /// Bytes of the messages.
        var bytes: Int
        /// Time that it took.
        var seconds: Double
        /// Time that the thread had a processor; less than `seconds` where other work took it away.
        var processorSeconds: Double

        /// Alerts a second.
        var rate: Double { Double(alerts) / seconds }
    }

    /// The records of containers as framed messages, one each, as a survey that uses Confluent's wire format sends
    /// them.
    /// - Throws: `PacketError` if a container cannot be read.
    static func framed(_ containers: [[UInt8]], id: Int32) throws -> [[UInt8]] {
        let decoder = PacketDecoder(registry: nil)
        var messages: [[UInt8]] = []
        for container in containers {
            try container.withUnsafeBytes { bytes in
                try decoder.decode(bytes) { _, datum in messages.append(ConfluentFrame.header(schemaId: id) + datum) }
            }
        }
        return messages
    }

    private let arena: [UInt8]
    private let messages: [Range<Int>]
    private let registry: (any SchemaRegistry)?

    /// A benchmark over `messages`, repeated until they fill `workingSet` bytes.
    init(
        messages sources: [[UInt8]],
        registry: (any SchemaRegistry)? = nil,
        workingSet: Int = 256 << 20
    ) {
        let total = sources.reduce(0) { $0 + $1.count }
        let repeats = total == 0 ? 0 : max(1, workingSet / total)
        var arena: [UInt8] = []
        var messages: [Range<Int>] = []
        arena.reserveCapacity(total * repeats)
        for _ in 0..<repeats {
            for source in sources {
                messages.append(arena.count..<(arena.count + source.count))
                arena.append(contentsOf: source)
            }
        }
        self.arena = arena
        self.messages = messages
        self.registry = registry
    }

    /// Decodes for at least `seconds`, on this thread, after one warm-up pass over at most a thousand messages.
    /// - Throws: `PacketError` if a message cannot be read.
    func run(seconds: Double) throws -> Measurement {
        let decoder = PacketDecoder(registry: registry)
        var measurement = Measurement(alerts: 0, bytes: 0, seconds: 0, processorSeconds: 0)
        if messages.isEmpty { return measurement }
        try arena.withUnsafeBytes { arena in
            for message in messages.prefix(1000) {
                try decoder.decode(UnsafeRawBufferPointer(rebasing: arena[message])) { _, _ in }
            }
            let clock = ContinuousClock()
            let start = clock.now
            let processorStart = ProcessorClock.thread
            var next = 0
            var points = 0
            repeat {
                for _ in 0..<64 {
                    let message = messages[next]
                    next = next + 1 == messages.count ? 0 : next + 1
                    measurement.bytes += message.count
                    try decoder.decode(UnsafeRawBufferPointer(rebasing: arena[message])) { alert, _ in
                        measurement.alerts += 1
                        points += alert.detections.count
                    }
                }
                measurement.seconds = (clock.now - start) / .seconds(1)
            } while measurement.seconds < seconds
            measurement.processorSeconds = ProcessorClock.thread - processorStart
            // Every alert has its own detection at least; nothing of the work can be optimised away.
            assert(points >= measurement.alerts)
        }
        return measurement
    }
}
