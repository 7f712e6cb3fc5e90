import Kafka
import Testing

@testable import Broker

extension WorkerLifeTests {
    /// Every interleaving of events, held against `LifeRules` and what `LifeWorld` refuses.
    @Suite struct Search {
        /// One search for all tests.
        static let search = LifeSearch()

        @Test func noEventInAnyStateBreaksARule() {
            #expect(Self.search.breaches == [])
            #expect(Self.search.places.count > 4_000 && Self.search.transitions > 200_000, "the search has shrunk")
        }

        @Test func theSearchMeetsAllStatesAndActions() {
            let search = Self.search
            #expect(search.depth >= 7)
            let states = Set(search.places.map { String("\($0.life.state)".prefix { $0 != "(" }) })
            #expect(
                states == [
                    "new", "preparing", "joining", "spare", "positioning", "flowing", "stalled", "resting",
                    "dispossessed", "draining", "leaving", "ended",
                ]
            )
            #expect(
                search.actionKinds == [
                    "prepare", "endFormerSessions", "join", "leave", "pause", "seek", "resume", "position", "flow",
                    "drain", "abandon", "lookForInput", "say", "end",
                ]
            )
            let endings = Set(search.places.map(\.life.state)).filter { if case .ended = $0 { true } else { false } }
            #expect(endings.count == 4)
        }

        @Test func withoutFurtherFaultsItFlowsOrEndsWithinEightEvents() throws {
            for (index, place) in Self.search.places.enumerated() {
                var place = place
                var steps = 0
                while let event = Self.good(place.life), steps <= 8 {
                    let step = LifeStep(event, after: max(0, (place.life.deadline ?? 0) - place.now))
                    place = try step.taken(from: place).place
                    steps += 1
                }
                guard steps > 8 else { continue }
                Issue.record("it neither flows nor ends after \(Self.search.way(to: index))")
                break
            }
        }

        @Test func afterAStopTimeAloneEndsIt() throws {
            for place in Self.search.places {
                var place = try LifeStep(.stopping).taken(from: place).place
                if let deadline = place.life.deadline, deadline.isFinite { place.now = max(place.now, deadline) }
                let state = try LifeStep(.time).taken(from: place).place.life.state
                guard case .ended = state else {
                    Issue.record("\(state)")
                    break
                }
            }
        }

        /// What comes next where nothing fails; nil where it flows or has ended.
        private static func good(_ life: WorkerLife) -> WorkerLife.Event? {
            let offsets = Dictionary(uniqueKeysWithValues: life.assignment.map { ($0, Int64(1)) })
            return switch life.state {
            case .new: .start
            case .preparing(let attempt): .prepared(attempt)
            case .joining, .spare: .assigned([LifeSearch.first])
            case .positioning(let attempt): .positioned(attempt, offsets)
            case .stalled(let attempt): .moved(attempt, offsets)
            case .resting, .dispossessed, .leaving: .time
            case .draining(let attempt, _): .drained(attempt)
            case .flowing, .ended: nil
            }
        }
    }
}
