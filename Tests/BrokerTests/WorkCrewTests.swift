import Synchronization
import Testing

@testable import Broker

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

    @Test func piecesCoverAllRecordsWithAboutEqualWork() {
        let lengths = (0..<500).map { $0 % 230 }
        let order = lengths.indices.sorted { lengths[$0] > lengths[$1] }
        let pieces = Annotator.pieces(of: order, lengths: lengths, threads: 2)
        #expect(pieces.flatMap { $0 } == order)
        let work = pieces.map { $0.reduce(0) { $0 + min(lengths[$1], 200) + 4 } }
        #expect(work.dropLast().allSatisfy { $0 < 2 * (work.max() ?? 0) && $0 * 2 > (work.max() ?? 0) })
        #expect(pieces.count >= 4)
    }
}
