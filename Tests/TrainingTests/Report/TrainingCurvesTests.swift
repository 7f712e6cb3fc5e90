import Foundation
import Testing

@testable import Training

@Suite struct TrainingCurvesTests {
    @Test func theLogIsDrawnWithItsBestLook() throws {
        let log = """
            {"step":100,"loss":1.5,"validation":1.2,"best":true,"seconds":1}
            {"step":200,"loss":1.0,"validation":0.9,"best":true,"seconds":2}
            {"step":300,"loss":0.8,"validation":1.1,"best":false,"seconds":3}
            {"step":400,"lo
            """
        let svg = try #require(TrainingCurves(log: Array(log.utf8)).svg("a <b>"))
        #expect(svg.contains("best: 0.9000 at step 200") && svg.contains("a &lt;b&gt;") && svg.contains("loss (nats)"))
        // Three looks of two lines, the best once more, and three in the legend.
        #expect(svg.components(separatedBy: "<circle").count - 1 == 3 * 2 + 1 + 3)
        #expect(TrainingCurves(log: []).svg("") == nil)
    }

    @Test func aLongLogStaysASmallFile() throws {
        let lines = (1...5000).map { #"{"step":\#($0),"loss":1,"validation":1,"best":\#($0 == 3333)}"# }
        let svg = try #require(TrainingCurves(log: Array(lines.joined(separator: "\n").utf8)).svg("long"))
        #expect(svg.utf8.count < 40_000 && svg.contains("at step 3333"))
    }
}
