import Foundation
import Testing

@testable import Broker
@testable import Service

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

    /// Who waits for its neighbour does not hang, however long that takes.
    @Test(arguments: [true, false])
    func aThreadThatWaitsGivesSignsOfLife(reads: Bool) {
        let queue = BoundedQueue<Int>(capacity: 1)
        if !reads { #expect(queue.append(1)) }
        let heartbeat = Heartbeat()
        heartbeat.rest()
        let ended = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            if reads { _ = queue.next(beating: heartbeat) } else { _ = queue.append(2, beating: heartbeat) }
            ended.signal()
        }
        for _ in 0..<3 {
            while heartbeat.isResting { usleep(1000) }
            heartbeat.rest()
        }
        if reads { #expect(queue.append(1)) } else { #expect(queue.next() == 1) }
        ended.wait()
        #expect(reads ? queue.next(within: .zero) == nil : queue.next() == 2)
    }

    @Test func aQueueThatIsCancelledLetsGoOfWhoWaits() {
        let queue = BoundedQueue<Int>(capacity: 1)
        queue.cancel()
        #expect(queue.next(beating: Heartbeat()) == nil)
        #expect(!queue.append(1, beating: Heartbeat()))
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
