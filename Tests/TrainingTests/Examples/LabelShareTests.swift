import AstroM3
import DataSets
import Testing

@testable import Training

@Suite struct LabelShareTests {
    /// A set of objects alone: 40 of one class, in pairs of one cluster, 20 of another without clusters.
    private struct Objects {
        private let folder = TemporaryFolder()
        let data: DataSet

        init(reversed: Bool = false) throws {
            var rows = (0..<60).map { number in
                number < 40 ? "a\(number),c,SN-Ia,train,\(number / 2)" : "b\(number),c,AGN,train,"
            }
            if reversed { rows.reverse() }
            try folder.write("object,class,node,split,cluster\n" + rows.joined(separator: "\n") + "\n", "objects.csv")
            try folder.write("name: objects\n", "dataset.yaml")
            data = try DataSet(folder: folder.path)
        }

        func drawn(_ fraction: Double, draw: Int) throws -> Set<String> {
            let share = try #require(LabelShare(fraction: fraction, draw: draw))
            return Set(try share.drawn(Array(data.objects.indices), of: data).map { data.objects[$0].name })
        }

        func remove() { folder.remove() }
    }

    @Test func drawsAreStratifiedByClassAndTakeClustersWhole() throws {
        let set = try Objects()
        defer { set.remove() }
        for draw in 1...5 {
            let names = try set.drawn(0.3, draw: draw)
            #expect(names.count { $0.hasPrefix("a") } == 12 && names.count { $0.hasPrefix("b") } == 6)
            let numbers = names.filter { $0.hasPrefix("a") }.compactMap { Int($0.dropFirst()) }
            #expect(numbers.allSatisfy { names.contains("a\($0 ^ 1)") })
        }
    }

    @Test func smallerSharesOfADrawLieWithinLargerOnesAndDrawsDiffer() throws {
        let set = try Objects()
        defer { set.remove() }
        let fractions = [0.05, 0.1, 0.3, 0.55, 0.9]
        for draw in 1...3 {
            let names = try fractions.map { try set.drawn($0, draw: draw) }
            #expect(zip(names, names.dropFirst()).allSatisfy { $0.isStrictSubset(of: $1) })
        }
        #expect(try set.drawn(0.3, draw: 1) != set.drawn(0.3, draw: 2))
    }

    /// By names alone: neither the rows' order nor what else there is changes it.
    @Test func aDrawDependsOnTheNamesAlone() throws {
        let sets = [try Objects(), try Objects(reversed: true)]
        defer { for set in sets { set.remove() } }
        #expect(try sets[0].drawn(0.3, draw: 1) == sets[1].drawn(0.3, draw: 1))
    }

    @Test func aShareThatLeavesAClassEmptyNamesItAndItsCount() throws {
        let set = try Objects()
        defer { set.remove() }
        #expect(
            throws: RunFolder.Fault(
                description:
                    "2.4 % of the labels (draw 3) leave class AGN none of its 20 objects that could train: take a "
                    + "larger share"
            )
        ) { try set.drawn(0.024, draw: 3) }
        #expect(LabelShare(fraction: 1, draw: 3) == nil)
    }

    /// A share may stand in a file that nobody has checked.
    @Test func aShareIsToldInPerCentWhateverItIs() {
        #expect([0.1, 0.024, 0.3333, 1].map(LabelShare.percentage) == ["10 %", "2.4 %", "33.3 %", "100 %"])
        for fraction in [0x1p70, -0x1p70, .infinity, .nan] {
            #expect(LabelShare.percentage(fraction).hasSuffix(" %"))
        }
    }

    /// A run with a pre-trained start sees the objects of one without.
    @Test func aRunSeesTheShareWhateverItBeginsWithAndIsRefusedWithAnother() throws {
        let set = try TinyDataSet(inFolds: true)
        defer { set.remove() }
        let recipe = try set.recipe()
        func options(_ name: String, _ phase: TrainingRun.Phase) -> TrainingRun.Options {
            set.options(name, phase, fold: 0, threads: 1)
        }
        func counts(_ name: String) throws -> Substring? {
            let lines = try set.text("\(name)/model/card.md").split(separator: "\n")
            return lines.first { $0.hasPrefix("Objects that it learned from") }
        }
        try set.train(recipe, options("clip", .pretraining))
        var some = options("some", .finetuning)
        some.labels = LabelShare(fraction: 0.5, draw: 1)
        var tuned = some
        (tuned.folder, tuned.from) = ("\(set.folder)/tuned", "\(set.folder)/clip")
        for options in [some, tuned, options("all", .finetuning)] { try set.train(recipe, options) }
        #expect(try counts("some") == counts("tuned"))
        #expect(try counts("some") != counts("all"))
        // Inputs are standardised alike: that takes no labels.
        let photometry = try ["some", "all"].map { try RunFolder("\(set.folder)/\($0)").manifest().photometry }
        #expect(photometry[0] == photometry[1])
        some.resumes = true
        some.labels = LabelShare(fraction: 0.5, draw: 2)
        #expect(throws: RunFolder.Fault.self) { _ = try TrainingRun(recipe, set.data, some) }
        some.labels = nil
        let refusal = message { _ = try TrainingRun(recipe, set.data, some) }
        #expect(refusal.contains("a run of another part of the labels (50 %, draw 1)"))
    }
}
