import Synchronization
import Testing

@testable import Avro
@testable import Broker
@testable import Service
@testable import Survey

@Suite struct UnreadableFieldsTests {
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
    }

    private func notice(_ name: String, _ paths: [String]) throws -> SchemaNotice {
        SchemaNotice(
            schema: try AvroSchema(json: #"{"type":"record","name":"\#(name)","fields":[]}"#),
            version: "4.2",
            unreadable: paths.map { UnreadableField(path: $0, reason: "the writer's type array") }
        )
    }

    @Test func aSchemaIsToldOnceWhateverNumberOfDecodersMeetsIt() throws {
        let lines = Lines()
        let statistics = StreamStatistics()
        let sink = LogSink.lines(level: .info) { _, line in lines.all.withLock { $0.append(line) } }
        let fields = UnreadableFields(statistics: statistics, log: Logger("stream", to: sink))
        let first = try notice("ztf.alert", ["candidate.rb", "candidate.drb"])
        let second = try notice("lsst.alert", ["diaSource.reliability"])
        fields.tell([])
        for _ in 0..<3 { fields.tell([first]) }
        fields.tell([first, second])
        let told = lines.all.withLock { $0 }
        let message = "warning stream: fields of a writer's schema cannot be read: its alerts lack them"
        try #require(told.count == 2)
        #expect(told[0].hasPrefix("\(message)  schema=ztf.alert version=4.2 fields=\"candidate.rb: "))
        #expect(told[0].contains("candidate.rb: the writer's type array; candidate.drb"))
        #expect(told[1].hasPrefix("\(message)  schema=lsst.alert version=4.2 fields=\"diaSource.reliability: "))
        #expect(statistics.snapshot.unreadableFields == 3)
    }

    @Test func whatIsRememberedIsBounded() throws {
        var notices = SchemaNotices()
        for number in 0..<2_000 { _ = notices.new([try notice("s\(number)", ["a"])]) }
        #expect(notices.new([try notice("another", ["a"])]).isEmpty)
    }
}
