import Ground
import Testing

@testable import Training

/// Of a tree with one root, which every object belongs to, the nodes below it are told apart first.
@Suite struct OneRootTests {
    private func set() throws -> TinyDataSet {
        let set = try TinyDataSet()
        let tree = """
            nodes:
              sky:
                children:
                  transient:
                    draws: {transient: true}
                    children:
                      SN-Ia: {meaning: rises once}
                  variable-star:
                    draws: {fast: true}
                    children:
                      RRAB: {meaning: pulsates}
            """
        try set.write(tree, "classes.yaml")
        return set
    }

    @Test func aDrawnExampleIsOfABranchBelowTheRoot() throws {
        let set = try set()
        defer { set.remove() }
        let drawn = try DrawnExamples(set.recipe(), set.data, fold: 0)
        var generator = SplitMix64(seed: 3)
        let branches = (0..<60).map { _ in drawn.row(&generator)[3] }
        #expect(Set(branches) == ["transient", "variable-star"])
    }

    @Test func aStreamsSharesNeedObjectsOfEachBranchBelowTheRoot() throws {
        let set = try set()
        defer { set.remove() }
        let model = try set.train(set.recipe(), set.options("run"))
        let others = try set.changed("objects.csv", "SN-Ia,val,", "SN-Ia,test,")
        let error = #expect(throws: RunFolder.Fault.self) {
            try ShareCorrection.run(model: model, .equal, others, threads: 1)
        }
        #expect(error?.description.contains("no object of split val with a class of transient, which") == true)
        #expect(try ShareCorrection.run(model: model, .equal, set.data, threads: 1).objects > 0)
    }
}
