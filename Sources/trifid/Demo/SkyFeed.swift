import Broker
import Foundation
import Kafka
import Service
import Simulator
import Sky
import Synchronization

/// Sends the simulated sky to the embedded Kafka, and its catalogues to the archive.
///
/// That Kafka keeps 5 MiB a partition and drops what is older without a word. So the feed chooses the partition itself
/// and stays less than 4 MiB ahead of what the broker has committed, and little ahead of what the subscriber has read.
final class SkyFeed: Sendable {
    /// How far it is.
    struct Status: Sendable {
        /// Messages in all.
        var sent = 0
        var repeated = 0
        var unreadable = 0
        var night = 1
        var spectra = 0
        var metadata = 0
        /// For each partition the offset after the last message.
        var ends: [TopicPartition: Int64] = [:]

        /// Alerts of the sky that can be read, each once: what is to be annotated.
        var alerts: Int { sent - repeated - unreadable }
    }

    struct Settings: Sendable {
        let kafka: KafkaSettings
        let group: String
        let databaseURL: String
        let schemas: String
        let seed: UInt64
        /// Alerts of the sky to send; what is repeated or spoilt on purpose comes on top.
        let limit: Int
        /// Messages a second; 0 for as many as come through.
        let rate: Double
        /// Input topics with their partitions.
        let partitions: [String: Int]
    }

    private static let window = 4 << 20
    private let settings: Settings
    private let board: DemoBoard
    private let state = Mutex(Status())

    init(_ settings: Settings, board: DemoBoard) {
        self.settings = settings
        self.board = board
    }

    /// How far it is.
    var status: Status { state.withLock { $0 } }

    /// Loads the catalogues, waits until the stream is ready, and sends until the limit or the stop.
    func run(until stop: StopToken, _ statistics: StreamStatistics) throws {
        var sky = try DemoSky(seed: settings.seed, schemas: settings.schemas)
        let loader = try CatalogueLoader(url: settings.databaseURL)
        defer { loader.close() }
        try sky.forEachCatalogue { survey, entries in
            if !stop.isRequested { try load(entries, of: survey, loader) }
        }
        board.announce("catalogues: \(status.metadata) metadata rows, \(status.spectra) spectra")
        while statistics.snapshot.assignedPartitions == 0 {
            if stop.wait(for: .milliseconds(20)) { return }
        }
        let producer = try Producer(settings.kafka)
        let room = Room(try KafkaAdmin(settings.kafka), group: settings.group) { [board] in
            let (out, seen) = (statistics.snapshot.outcomes, board.audit.seen)
            return out.annotated + out.deadLetters - seen.annotated - seen.deadLetters
        }
        var pace = Pace(rate: settings.rate)
        while status.alerts < settings.limit, !stop.isRequested {
            guard let message = sky.next() else { break }
            for arrivals in sky.takeArrivals() { try load(arrivals.entries, of: arrivals.survey, loader) }
            let partition = place(message)
            while try !room.isFree(on: partition, for: message.value?.count ?? 0) {
                if stop.wait(for: .milliseconds(10)) { return try finish(producer) }
            }
            if stop.wait(for: pace.pause()) { break }
            try producer.produce(
                partition.topic,
                partition: partition.partition,
                key: message.key,
                value: message.value
            )
            let (repeated, unreadable, night) = (sky.repeated, sky.unreadable, sky.night)
            state.withLock {
                $0.sent += 1
                $0.repeated = repeated
                $0.unreadable = unreadable
                $0.night = night
                $0.ends[partition, default: 0] += 1
            }
            room.add(message.value?.count ?? 0, to: partition)
        }
        try finish(producer)
    }

    private func finish(_ producer: Producer) throws {
        let account = try producer.flush(within: .seconds(10))
        guard account.failed == 0, account.pending == 0 else {
            let reason = account.failures.first.map { ": \($0)" } ?? ""
            throw CommandFailure(
                .unreachable,
                "the embedded Kafka did not take \(account.failed + account.pending) messages\(reason)"
            )
        }
    }

    private func load(_ entries: [CatalogueEntry], of survey: String, _ loader: CatalogueLoader) throws {
        let loaded = try loader.load(entries, survey: survey)
        state.withLock {
            $0.spectra += loaded.spectra
            $0.metadata += loaded.metadata
        }
    }

    /// An object's alerts stay in order: they share a partition.
    private func place(_ message: DemoSky.Message) -> TopicPartition {
        // FNV-1a
        let hash = message.key.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        let count = UInt64(settings.partitions[message.topic] ?? 1)
        return TopicPartition(topic: message.topic, partition: Int32(hash % count))
    }

    /// How much each partition holds that may not be lost yet.
    private final class Room {
        private let admin: KafkaAdmin
        private let group: String
        private let unread: () -> Int64
        private var kept: [TopicPartition: [Int]] = [:]
        private var bytes: [TopicPartition: Int] = [:]
        private var first: [TopicPartition: Int64] = [:]
        private var nextLook = ContinuousClock.now

        /// What Kafka adds to a message, generously.
        private static let overhead = 200

        /// Messages that have gone out and that the subscriber may not have read; more hold the feed up.
        private static let mostUnread = 40

        init(_ admin: KafkaAdmin, group: String, unread: @escaping () -> Int64) {
            self.admin = admin
            self.group = group
            self.unread = unread
        }

        func add(_ size: Int, to partition: TopicPartition) {
            kept[partition, default: []].append(size + Self.overhead)
            bytes[partition, default: 0] += size + Self.overhead
        }

        func isFree(on partition: TopicPartition, for size: Int) throws -> Bool {
            if ContinuousClock.now >= nextLook { try look() }
            return bytes[partition, default: 0] + size < SkyFeed.window && unread() < Self.mostUnread
        }

        private func look() throws {
            nextLook = ContinuousClock.now + .milliseconds(50)
            let partitions = Array(kept.keys)
            let committed = try admin.committedOffsets(group: group, partitions)
            for partition in partitions { release(partition, below: committed[partition] ?? 0) }
        }

        private func release(_ partition: TopicPartition, below offset: Int64) {
            let count = Int(offset - first[partition, default: 0])
            guard count > 0, let sizes = kept[partition] else { return }
            bytes[partition, default: 0] -= sizes.prefix(count).reduce(0, +)
            kept[partition]?.removeFirst(min(count, sizes.count))
            first[partition] = offset
        }
    }

    /// Spreads messages evenly over time; what was held up is not made up for.
    private struct Pace {
        let rate: Double
        private var next = ContinuousClock.now

        init(rate: Double) { self.rate = rate }

        mutating func pause() -> Duration {
            guard rate > 0 else { return .zero }
            let now = ContinuousClock.now
            next = max(next + .seconds(1 / rate), now - .milliseconds(200))
            return max(.zero, next - now)
        }
    }
}
