import Foundation
import Ground
import Kafka
import Replay
import Service
import Simulator

/// `trifid play`
struct PlayCommand: Command {
    static let name = "play"
    static let summary = "Send packet files to a Kafka topic, each record as one message"
    static let discussion = """
        The key is the object's id. With --repeat each further round is another sky: new alert, measurement and object \
        ids, positions rotated in right ascension, times shifted by whole nights; with --same it repeats the bytes. A \
        file that cannot be read gives an error line on standard error, and the rest goes on; the exit status is then 1.
        """
    static let examples = [
        "trifid play packets/*.avro --topic ztf", "trifid play packets/*.avro --topic ztf --rate 100 --repeat 10",
    ]

    let configuration = ConfigurationOptions()
    let clients = KafkaOptions()
    let schemas = SchemaOptions()

    @Option("--topic", "T", "Topic to send to; made if it is not there.")
    var topic: String

    @Option("--partitions", "N", in: 1...10_000, "Partitions of the topic where it is made.")
    var partitions: Int = 4

    @Option("--rate", "R", "Messages a second at the most.")
    var rate: Double?

    @Option("--repeat", "N", in: 1...1_000_000, "How often all files are sent.")
    var rounds: Int = 1

    @Flag("--same", "Repeat the same bytes.")
    var same: Bool

    @Option("--framing", "FRAMING", "container, confluent or single-object; else as each file has it.")
    var framing: PacketFraming?

    @Flag("--json", "Print one JSON object at the end.")
    var json: Bool

    @Positional("FILE", "Packets: Avro object containers or Confluent-framed messages; - for standard input.")
    var files: [String]

    func run() throws -> ExitStatus {
        let settings = try configuration.load()
        let kafka = clients.kafka(settings)
        if let rate, rate <= 0 { throw UsageError(message: "--rate is \(rate); expected a number above 0") }
        _ = try KafkaAdmin(kafka).createTopics([NewTopic(topic, partitions: partitions)])
        let producer = try Producer(kafka)
        // Files are read twice, and a pipe can be read once.
        let folder = NSTemporaryDirectory() + "/trifid-play-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var failed = 0
        let readable = files.compactMap { path -> String? in
            do { return try PacketFile(path: path).kept(in: folder) } catch {
                failed += 1
                StandardError.print("trifid play: \(path): \(error)")
                return nil
            }
        }
        let replay = PacketReplay(
            files: readable,
            rounds: rounds,
            same: same,
            framing: framing?.simulated,
            registry: try schemas.registry()
        )
        let stop = StopSignals.install()
        let progress = Progress("messages")
        let start = Date()
        var sent = 0
        try replay.forEach { event in
            switch event {
            case .unreadable(let file, let error):
                failed += 1
                StandardError.print("trifid play: \(file): \(error)")
                return true
            case .message(let message):
                if let rate { stop.wait(for: .seconds(start.timeIntervalSinceNow + Double(sent) / rate)) }
                guard !stop.isRequested else { return false }
                try producer.produce(topic, key: message.key, value: message.value)
                sent += 1
                progress.advance(to: sent)
                return true
            }
        }
        let account = try producer.flush(within: .seconds(300))
        progress.finish()
        try report(account, seconds: Date().timeIntervalSince(start), unreadable: failed)
        return failed == 0 ? .done : .incomplete
    }

    private func report(_ account: Producer.Account, seconds: Double, unreadable: Int) throws {
        if let failure = account.failures.first {
            throw CommandFailure(.unreachable, "\(account.failed) messages were not delivered: \(failure)")
        }
        guard account.pending == 0 else {
            throw CommandFailure(.unreachable, "\(account.pending) messages are not acknowledged after 300 s")
        }
        if json {
            StandardOutput.print(
                [
                    "topic": .string(topic), "messages": .integer(Int64(account.delivered)),
                    "seconds": .number(seconds), "unreadable": .integer(Int64(unreadable)),
                ]
            )
        } else {
            StandardOutput.print(
                "\(account.delivered) messages to \(topic) in \(String(format: "%.1f", seconds)) s"
            )
        }
    }
}
