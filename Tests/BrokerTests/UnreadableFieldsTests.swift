import Synchronization
import Testing

@testable import Avro
@testable import Broker
@testable import Survey

@Suite struct UnreadableFieldsTests {
    private final class Events: Sendable {
        let all = Mutex<[StreamEvent]>([])
    }

    private func notice(_ name: String, _ paths: [String]) throws -> SchemaNotice {
        SchemaNotice(
            schema: try AvroSchema(json: #"{"type":"record","name":"\#(name)","fields":[]}"#),
            version: "4.2",
            unreadable: paths.map { UnreadableField(path: $0, reason: "the writer's type array") }
        )
    }

    @Test func aSchemaIsToldOnceWhateverNumberOfDecodersMeetsIt() throws {
        let events = Events()
        let statistics = StreamStatistics()
        let fields = UnreadableFields(statistics: statistics) { event in events.all.withLock { $0.append(event) } }
        let first = try notice("ztf.alert", ["candidate.rb", "candidate.drb"])
        let second = try notice("lsst.alert", ["diaSource.reliability"])
        fields.tell([])
        for _ in 0..<3 { fields.tell([first]) }
        fields.tell([first, second])
        let told = events.all.withLock { $0 }
        #expect(
            told.map { $0.fields.map(\.name) } == [["schema", "version", "fields"], ["schema", "version", "fields"]]
        )
        #expect(told.map { $0.fields[0].value } == ["ztf.alert", "lsst.alert"])
        #expect(told.first?.fields[2].value.contains("candidate.rb: the writer's type array; candidate.drb") == true)
        #expect(Set(told.map(\.message)).count == 1)
        #expect(statistics.snapshot.unreadableFields == 3)
    }

    @Test func whatIsRememberedIsBounded() throws {
        var notices = SchemaNotices()
        for number in 0..<2_000 { _ = notices.new([try notice("s\(number)", ["a"])]) }
        #expect(notices.new([try notice("another", ["a"])]).isEmpty)
    }
}
