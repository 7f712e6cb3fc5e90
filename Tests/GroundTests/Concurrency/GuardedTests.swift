import Foundation
import Ground
import Testing

@Suite struct GuardedTests {
    @Test func changesOfManyThreadsAllCount() {
        let (count, done) = (Guarded(0), Guarded(0))
        for _ in 0..<8 {
            Thread.detachNewThread {
                for _ in 0..<10_000 { count.change { $0 += 1 } }
                done.change { $0 += 1 }
            }
        }
        done.wait { $0 == 8 ? () : nil }
        #expect(count.now == 80_000)
    }

    @Test func aWaitThatChangesTheValueWakesTheOthers() {
        // Each takes the turn from the other: none goes on alone, and none sleeps through its turn.
        let turn = Guarded(0)
        Thread.detachNewThread {
            for place in stride(from: 1, to: 2000, by: 2) {
                turn.wait { value -> Void? in
                    guard value == place else { return nil }
                    value += 1
                    return ()
                }
            }
        }
        for place in stride(from: 0, to: 2000, by: 2) {
            turn.wait { value -> Void? in
                guard value == place else { return nil }
                value += 1
                return ()
            }
        }
        turn.wait { $0 == 2000 ? () : nil }
    }

    @Test func aBoundedWaitEnds() {
        let value = Guarded(1)
        #expect(value.wait(atMost: .milliseconds(20)) { $0 == 2 ? true : nil } == nil)
        #expect(value.wait(atMost: .zero) { $0 == 1 ? true : nil } == true)
        #expect(value.wait(atMost: .seconds(Int64.max)) { $0 == 1 ? true : nil } == true)
    }

    @Test func anErrorOfAChangeIsThrownAndLetsTheValueGo() {
        struct Bad: Error {}
        let value = Guarded(1)
        #expect(throws: Bad.self) {
            try value.change {
                $0 = 2
                throw Bad()
            }
        }
        #expect(value.now == 2)
    }
}
