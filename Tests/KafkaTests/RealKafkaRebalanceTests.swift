import Foundation
import TestSupport
import Testing

@testable import Kafka

extension RealKafkaTests {
    @Test func twoConsumersShareATopicAndOneTakesOverFromTheOther() throws {
        let (topic, group) = (try makeTopic("shared", partitions: 4), uniqueName("group"))
        let all = try admin.partitions(of: topic)
        let (first, firstLog) = (try consumer(topic, group: group), RebalanceLog())
        first.delegate = firstLog
        try first.poll(until: "the whole topic") { first.assignment == Set(all) }

        let (second, secondLog) = (try consumer(topic, group: group), RebalanceLog())
        second.delegate = secondLog
        try first.poll(until: "half of the topic each") {
            _ = try? second.poll(maximum: 10, wait: .milliseconds(50))
            return first.assignment.count == 2 && second.assignment.count == 2
        }
        #expect(first.assignment.union(second.assignment) == Set(all))
        // Eager: everything was given back before the new half was assigned.
        #expect(firstLog.revoked == [all] && firstLog.assigned.count == 2 && firstLog.lost.isEmpty)

        #expect(second.close())
        #expect(secondLog.revoked.flatMap { $0 }.count == 2 && second.assignment.isEmpty)
        try first.poll(until: "the whole topic again") { first.assignment == Set(all) }
    }

    @Test func everyMessageIsReadOnceWhenOffsetsAreCommittedAtRevocation() throws {
        let (topic, group) = (try makeTopic("handover", partitions: 4), uniqueName("group"))
        for partition in Int32(0)..<4 {
            try send((0..<200).map { "\(partition)-\($0)" }, to: topic, partition: partition)
        }

        var seen: [String: Int] = [:]
        func member() throws -> (KafkaConsumer, RebalanceLog) {
            let (member, log) = (try consumer(topic, group: group), RebalanceLog())
            member.delegate = log
            log.onRevoke = { try $0.commit(try $0.positions()) }
            return (member, log)
        }
        func take(_ member: KafkaConsumer) throws {
            for message in try member.poll(maximum: 7, wait: .milliseconds(10)) {
                seen[Received(message).text, default: 0] += 1
            }
        }
        let deadline = ContinuousClock().now + .seconds(60)
        func go(while isMissing: @autoclosure () -> Bool, _ step: () throws -> Void) throws {
            while isMissing() {
                guard ContinuousClock().now < deadline else { throw WaitedTooLong(what: "800 messages: \(seen.count)") }
                try step()
            }
        }
        let (first, firstLog) = try member()
        try go(while: seen.count <= 100) { try take(first) }
        // A member that is there and does not poll holds up every rebalance: the second comes when it is polled too.
        let (second, secondLog) = try member()
        try go(while: seen.count < 800 || second.assignment.isEmpty) {
            try take(first)
            try take(second)
        }
        #expect(seen.count == 800 && seen.values.allSatisfy { $0 == 1 })
        withExtendedLifetime((firstLog, secondLog)) {}
    }

    @Test func theDelegateSaysWhereReadingBegins() throws {
        let topic = try makeTopic("starts", partitions: 4)
        for partition in Int32(0)..<4 { try send(["a", "b", "c"], to: topic, partition: partition) }
        let (reader, log) = (try consumer(topic), RebalanceLog())
        reader.delegate = log
        let partitions = try admin.partitions(of: topic)
        log.starts = [partitions[0]: .offset(2), partitions[1]: .end, partitions[2]: .beginning]
        let received = try reader.collect(7) + reader.collect(for: .milliseconds(300))
        #expect(received.filter { $0.partition == 0 }.map(\.text) == ["c"])
        #expect(received.filter { $0.partition == 1 }.isEmpty)
        #expect(received.filter { $0.partition == 2 }.count == 3)
        // No committed offset: auto.offset.reset is earliest.
        #expect(received.filter { $0.partition == 3 }.count == 3)
    }

    @Test func theDelegateMayAskTheConsumer() throws {
        let topic = try makeTopic("asks")
        try send(["a", "b"], to: topic)
        let (reader, log) = (try consumer(topic), RebalanceLog())
        reader.delegate = log
        let partition = TopicPartition(topic: topic, partition: 0)
        var answers: (committed: [TopicPartition: Int64], marks: Range<Int64>)?
        log.onAssign = { answers = (try $0.committed([partition]), try $0.watermarks(partition)) }
        #expect(try reader.collect(2).map(\.text) == ["a", "b"])
        #expect(answers?.committed == [:] && answers?.marks == 0..<2)
    }

    @Test func whoDoesNotPollLosesItsPartitionsAndGetsThemAnew() throws {
        let topic = try makeTopic("late")
        try send(["a", "b"], to: topic)
        let slow = KafkaSettings(
            brokers: settings.brokers,
            properties: ["session.timeout.ms": "6000", "max.poll.interval.ms": "6000"]
        )
        let (reader, log) = (try KafkaConsumer(slow, group: uniqueName("group")), RebalanceLog())
        reader.delegate = log
        try reader.subscribe([topic])
        let partition = TopicPartition(topic: topic, partition: 0)
        #expect(try reader.collect(2).map(\.text) == ["a", "b"])
        var events: [ConsumerEvent] = []
        Thread.sleep(forTimeInterval: 8)
        var again: [String] = []
        let deadline = ContinuousClock().now + .seconds(60)
        while again.count < 2, ContinuousClock().now < deadline {
            let batch = try reader.poll(maximum: 10, wait: .milliseconds(200))
            events += batch.events
            again += batch.map { Received($0).text }
        }
        #expect(log.lost == [[partition]] && log.revoked.isEmpty && log.assigned == [[partition], [partition]])
        // Nothing was committed, so it reads them again.
        #expect(again == ["a", "b"])
        let codes = events.compactMap { event -> KafkaError.Code? in
            if case .clientError(let error) = event { return error.code }
            return nil
        }
        #expect(codes.contains(.pollIntervalExceeded), "\(events)")
    }

    @Test func whatTheDelegateThrowsComesOutOfThePoll() throws {
        struct Refusal: Error {}
        let (reader, log) = (try consumer(try makeTopic("refusal")), RebalanceLog())
        reader.delegate = log
        log.failure = Refusal()
        #expect(throws: Refusal.self) { try reader.poll(until: "a refusal") { false } }
        #expect(reader.assignment.isEmpty && reader.close())
    }

    @Test func aStaticMemberGetsItsPartitionsBackWithoutARebalance() throws {
        let (topic, group) = (try makeTopic("static", partitions: 2), uniqueName("group"))
        func member(_ name: String) throws -> KafkaConsumer {
            let member = try KafkaConsumer(settings, group: group, instance: name)
            try member.subscribe([topic])
            return member
        }
        let (stays, log) = (try member("a"), RebalanceLog())
        stays.delegate = log
        let leaves = try member("b")
        try stays.poll(until: "a partition each") {
            _ = try? leaves.poll(maximum: 1, wait: .milliseconds(20))
            return stays.assignment.count == 1 && leaves.assignment.count == 1
        }
        let (before, revocations) = (leaves.assignment, log.revoked.count)
        #expect(leaves.close())
        let returns = try member("b")
        try stays.poll(until: "the member's return") {
            _ = try? returns.poll(maximum: 1, wait: .milliseconds(20))
            return !returns.assignment.isEmpty
        }
        #expect(returns.assignment == before && log.revoked.count == revocations)
    }
}
