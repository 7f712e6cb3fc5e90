import Testing

@testable import Broker

@Suite struct AnnotatorTests {
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
