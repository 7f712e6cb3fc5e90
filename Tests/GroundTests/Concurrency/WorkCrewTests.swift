import Synchronization
import Testing

@testable import Ground

@Suite struct WorkCrewTests {
    @Test func everyPieceIsDoneOnceAndThreadsAreNumbered() {
        let crew = WorkCrew(size: 3, name: "test")
        for pieces in [1, 2, 3, 7, 100] {
            let done = Mutex<[Int]>([])
            crew.run(pieces: pieces) { piece, thread in
                #expect((0..<3).contains(thread))
                done.withLock { $0.append(piece) }
            }
            #expect(done.withLock { $0.sorted() } == Array(0..<pieces))
        }
    }

    @Test(arguments: [0, 1, 2, 3, 50, 1000]) func answersComeInTheOrderOfTheirPlaces(count: Int) throws {
        let crew = WorkCrew(size: 3, name: "test")
        defer { crew.stop() }
        let sizes = (0..<count).map { $0 * 7919 % 101 }
        let calls = Mutex(0)
        let answers = try crew.map(sizes: sizes) { place, thread in
            calls.withLock { $0 += 1 }
            return "\(place) \((0..<3).contains(thread))"
        }
        #expect(answers == (0..<count).map { "\($0) true" } && calls.withLock { $0 } == count)
    }

    @Test func theFirstErrorByPlaceIsThrownAndTheCrewGoesOn() throws {
        struct Bad: Error { let place: Int }
        let crew = WorkCrew(size: 2, name: "test")
        defer { crew.stop() }
        for first in [0, 17, 99] {
            let error = #expect(throws: Bad.self) {
                try crew.map(sizes: Array(repeating: 1, count: 100)) { place, _ in
                    if place >= first { throw Bad(place: place) }
                }
            }
            #expect(error?.place == first)
        }
        #expect(try crew.map(sizes: [1, 1]) { place, _ in place } == [0, 1])
    }

    @Test(arguments: [[], [5], [0, 0, 0], [1, 100, 1], Array(0..<300), Array(repeating: 9, count: 1000)])
    func neighboursAreCutIntoPiecesOfAboutEqualSize(sizes: [Int]) {
        for count in [1, 2, 8] {
            let pieces = WorkCrew.pieces(sizes: sizes, count: count)
            #expect(pieces.flatMap { Array($0) } == Array(sizes.indices) && pieces.allSatisfy { !$0.isEmpty })
            #expect(pieces.count <= count)
            let total = sizes.reduce(0) { $0 + max(1, $1) }
            for piece in pieces {
                let work = sizes[piece].reduce(0) { $0 + max(1, $1) }
                #expect(work <= total / count + 1 + (sizes.max() ?? 0))
            }
        }
    }
}
