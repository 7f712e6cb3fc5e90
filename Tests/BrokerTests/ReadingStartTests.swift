import Testing

@testable import Broker

@Suite struct ReadingStartTests {
    private func decide(_ committed: Int64?, _ remembered: Int64?, held: Range<Int64> = 10..<100) -> ReadingStart {
        ReadingStart.decide(committed: committed, remembered: remembered, held: held, fresh: 55)
    }

    @Test func aNewGroupStartsWhereTheOperatorSays() {
        #expect(decide(nil, nil) == ReadingStart(offset: 55, isNew: true))
    }

    @Test func kafkaComesBeforeMemoryAndMemoryBeforeTheSetting() {
        #expect(decide(20, 30) == ReadingStart(offset: 20, isNew: false))
        #expect(decide(nil, 30) == ReadingStart(offset: 30, isNew: false))
    }

    @Test func whatRetentionHasDeletedIsSaid() {
        #expect(decide(3, nil) == ReadingStart(offset: 10, isNew: false, remark: .beyondRetention(lost: 7)))
    }

    @Test func aPartitionThatEndsBeforeTheCommittedOffsetWasMadeAnew() {
        #expect(decide(101, nil) == ReadingStart(offset: 10, isNew: false, remark: .recreated))
        #expect(decide(100, nil) == ReadingStart(offset: 100, isNew: false))
    }
}
