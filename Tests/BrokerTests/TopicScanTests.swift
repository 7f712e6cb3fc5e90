import Kafka
import TestSupport
import Testing

@testable import Broker

@Suite struct ScanProgressTests {
    private let first = TopicPartition(topic: "in", partition: 0)
    private let second = TopicPartition(topic: "in", partition: 1)

    @Test func aRangeEndsWithItsLastOffsetOrTheEndOfThePartition() throws {
        var progress = ScanProgress([first: 0..<3, second: 5..<8, TopicPartition(topic: "in", partition: 2): 4..<4])
        #expect(progress.open.count == 2)
        var wanted = [progress.isWanted(first, offset: 0), progress.isWanted(first, offset: 2)]
        #expect(progress.open.keys.sorted() == [second])
        wanted.append(progress.isWanted(second, offset: 5))
        #expect(wanted == [true, true, true])
        #expect(!progress.isDone)
        try progress.take(.partitionEnd(second, offset: 8))
        #expect(progress.isDone)
    }

    @Test func aMessageBehindTheRangeEndsItAndIsNotWanted() {
        var progress = ScanProgress([first: 0..<3])
        let isWanted = progress.isWanted(first, offset: 7)
        #expect(!isWanted)
        #expect(progress.isDone)
    }

    @Test func onlyWhatIsStillToBeReadIsProgress() throws {
        var progress = ScanProgress([first: 0..<1, second: 0..<1])
        var wanted = [progress.isWanted(first, offset: 0)]
        var moves = [progress.hasMoved()]
        wanted.append(progress.isWanted(first, offset: 1))
        try progress.take(.partitionEnd(first, offset: 2))
        try progress.take(.clientError(KafkaError(.allBrokersDown, during: "test")))
        moves.append(progress.hasMoved())
        try progress.take(.partitionEnd(second, offset: 1))
        moves.append(progress.hasMoved())
        #expect(wanted == [true, false])
        #expect(moves == [true, false, true])
    }

    @Test func aDeletedPartitionEndsTheScanUnlessItIsRead() throws {
        let gone = KafkaError(.unknownTopicOrPartition, during: "consume", subject: second.description)
        var progress = ScanProgress([first: 0..<1, second: 0..<1])
        #expect(throws: gone) { try progress.take(.partitionError(second, gone)) }
        _ = progress.isWanted(second, offset: 0)
        try progress.take(.partitionError(second, gone))
        let topic = TopicPartition(topic: "in", partition: -1)
        #expect(throws: gone) { try progress.take(.partitionError(topic, gone)) }
    }

    @Test func theErrorNamesThePartitionAndWhatIsKnownOfIt() throws {
        var progress = ScanProgress([first: 0..<9, second: 0..<4])
        try progress.take(.clientError(KafkaError(.transport, "connection refused", during: "test")))
        let cut = progress.stalled(after: .seconds(60))
        #expect(cut.code == .timedOut && cut.subject == "in/0")
        #expect(cut.reason.contains("60 s") && cut.reason.contains("up to 9") && cut.reason.contains("1 more"))
        #expect(cut.reason.contains("connection refused"))
        try progress.take(.partitionEnd(first, offset: 5))
        #expect(progress.stalled(after: .seconds(60)).reason.contains("ends at offset 5, before 9"))
    }
}

@Suite struct TopicScanTests {
    @Test func aKafkaThatIsNotThereIsGivenUp() throws {
        // Nobody listens on port 1.
        let scan = TopicScan(kafka: KafkaSettings(brokers: "127.0.0.1:1"), group: "scan", patience: .seconds(1))
        let partition = TopicPartition(topic: "in", partition: 3)
        let error = #expect(throws: KafkaError.self) { try scan.read([partition: 0..<5]) { _ in } }
        #expect(error?.subject == "in/3")
        #expect(error?.code == .timedOut)
    }
}

@Suite(.enabled(if: RealKafka.isAvailable, "a real Kafka is needed"))
struct RealTopicScanTests {
    @Test func aRangeBeyondThePartitionsEndIsGivenUp() throws {
        let kafka = KafkaSettings(brokers: try RealKafka.brokers())
        let topic = "scan-\(UInt32.random(in: 0 ... .max))"
        try KafkaAdmin(kafka).createTopics([NewTopic(topic, partitions: 1)])
        let producer = try Producer(kafka)
        for text in ["a", "b", "c"] { try producer.produce(topic, value: Array(text.utf8)) }
        #expect(try producer.flush().delivered == 3)
        let partition = TopicPartition(topic: topic, partition: 0)
        let scan = TopicScan(kafka: kafka, group: "scan", patience: .seconds(3))
        var offsets: [Int64] = []
        try scan.read([partition: 1..<3]) { offsets.append($0.offset) }
        #expect(offsets == [1, 2])
        let error = #expect(throws: KafkaError.self) { try scan.read([partition: 0..<9]) { _ in } }
        #expect(error?.reason.contains("ends at offset 3, before 9") == true)
    }
}
