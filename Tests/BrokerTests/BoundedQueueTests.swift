import Foundation
import Testing

@testable import Broker

@Suite struct BoundedQueueTests {
    @Test func aFullQueueMakesTheWriterWait() {
        let queue = BoundedQueue<Int>(capacity: 1)
        #expect(queue.append(1))
        #expect(!queue.append(2, within: .milliseconds(20)))
        #expect(queue.next() == 1)
        #expect(queue.append(2))
    }

    @Test func closingLetsTheReaderTakeWhatIsLeft() {
        let queue = BoundedQueue<Int>(capacity: 4)
        for value in 0..<3 { #expect(queue.append(value)) }
        queue.close()
        #expect(!queue.append(9))
        #expect([queue.next(), queue.next(), queue.next(), queue.next()] == [0, 1, 2, nil])
    }

    @Test func cancellingGivesBackWhatIsLeft() {
        let queue = BoundedQueue<Int>(capacity: 4)
        #expect(queue.append(1))
        #expect(queue.cancel() == [1])
        #expect(queue.next() == nil)
    }

    @Test func everythingPassesInOrderBetweenThreads() {
        let queue = BoundedQueue<Int>(capacity: 3)
        let writer = Thread {
            for value in 0..<1_000 { _ = queue.append(value) }
            queue.close()
        }
        writer.start()
        var taken: [Int] = []
        while let value = queue.next() { taken.append(value) }
        #expect(taken == Array(0..<1_000))
    }
}
