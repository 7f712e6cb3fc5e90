import Avro
import Broker
import Foundation
import Ground
import Kafka
import Service
import Settings
import Sky

/// `trifid tail`
struct TailCommand: Command {
    static let name = "tail"
    static let summary = "Follow annotated alerts as they go out"
    static let discussion = """
        Reads as any subscriber does, only what is committed, and commits nothing itself. Without --topic it follows \
        all alerts. Ctrl-C ends it. Each alert is read by libavro as well as by Trifid's own reader: where they do not \
        agree, an error line on standard error says so, and the exit status is 1.
        """
    static let examples = ["trifid tail --config trifid.yaml --topic trifid.class.SN --json"]

    let configuration = ConfigurationOptions()
    let clients = KafkaOptions()

    @Option("--topic", "TOPIC", "Topic to follow. Else PREFIX.alerts.")
    var topics: [String]

    @Option("--from", "WHERE", "earliest or latest.")
    var start: TailStart = .latest

    @Option("--limit", "N", in: 1...1_000_000_000_000, "End after N alerts.")
    var limit: Int?

    @Option("--seconds", "S", in: 0.1...31_536_000, "End after S seconds without an alert.")
    var patience: Double?

    @Flag("--json", "Print one JSON object an alert.")
    var json: Bool

    func run() throws -> ExitStatus {
        let settings = try configuration.load()
        let kafka = clients.kafka(settings)
        let names = topics.isEmpty ? [OutputTopics(prefix: settings.output.prefix).alerts] : topics
        let reader = try AnnotatedAlertReader(registry: SchemaChoice.registry(settings))
        let consumer = try TopicFollower(
            kafka,
            topics: names,
            group: "\(settings.kafka.group)-tail",
            fromStart: start == .earliest
        )
        defer { consumer.close() }
        var missing = consumer.missing
        for topic in missing { StandardError.print("trifid tail: there is no topic \(topic) yet; waiting for it") }
        let table = AlertTable(style: TerminalStyle(for: 1))
        if !json { StandardOutput.print(table.heading) }
        let stop = StopSignals.install()
        var printed = 0
        var unreadable = false
        var last = Date()
        while !stop.isRequested, !StandardOutput.isBroken, printed < limit ?? .max {
            if let patience, Date().timeIntervalSince(last) > patience { break }
            let batch = try consumer.poll(maximum: 500, wait: .milliseconds(200))
            for topic in consumer.missing where !missing.contains(topic) {
                StandardError.print("trifid tail: the topic \(topic) is gone; waiting for another of its name")
            }
            missing = consumer.missing
            for message in batch where printed < limit ?? .max {
                guard let value = message.value else { continue }
                last = Date()
                do {
                    let record = try reader.read(value)
                    if json {
                        StandardOutput.print(AnnotatedAlertJSON.text(.record(record)))
                    } else {
                        let alert = AlertSummary(record)
                        let latency = Double(message.timestamp) * 1e-3 - Double(alert.received) * 1e-6
                        StandardOutput.print(table.line(alert, latency: latency))
                    }
                    printed += 1
                } catch {
                    unreadable = true
                    StandardError.print("trifid tail: \(message.topicPartition)@\(message.offset): \(error)")
                }
            }
            if !batch.isEmpty { try StandardOutput.flush() }
        }
        return unreadable ? .incomplete : .done
    }
}

/// Where `tail` begins.
enum TailStart: String, ArgumentChoice {
    case earliest
    case latest
}
