import AstroM3
import Testing

@testable import Training

@Suite struct LabelLevelTests {
    /// A {A1 {x, y}, A2}, B, C {c}: C has one child alone.
    private static let labels = TrainingLabels(
        Taxonomy(
            nodes: [
                .init("A"), .init("A1", under: "A"), .init("x", under: "A1"), .init("y", under: "A1"),
                .init("A2", under: "A"), .init("B"), .init("C"), .init("c", under: "C"),
            ]
        )
    )

    private func names(_ level: LabelLevel) -> [String] { level.nodes.map { Self.labels.names[$0] } }

    @Test func aCutOfTheTreeHoldsItsLeavesAboveToo() {
        let levels = (0..<3).map { Self.labels.level(depth: $0) }
        #expect(names(levels[0]) == ["A", "B", "C"] && levels[0].places == [0, 0, 0, 0, 0, 1, 2, 2])
        #expect(names(levels[1]) == ["A1", "A2", "B", "c"])
        // A and C stand above it.
        #expect(levels[1].places == [nil, 0, 0, 0, 1, 2, nil, 3])
        #expect(names(levels[2]) == ["x", "y", "A2", "B", "c"] && levels[2].places[1] == nil)
        #expect(levels.map(\.name) == ["first level", "level 2", "level 3"])
    }

    @Test func underOneRootTheFirstLevelIsTheOneBelowIt() {
        let labels = TrainingLabels(.oneRoot)
        #expect(labels.firstLevelOfChoice.nodes == [1, 2] && labels.firstLevelOfChoice.name == "first level")
        #expect(Self.labels.firstLevelOfChoice.nodes == Self.labels.level(depth: 0).nodes)
        let scores = Scores(labels, [1, 2, 1].map { answer(of: $0, [0.9, 0.1]) })
        #expect(abs(scores.firstLevel.accuracy - 2.0 / 3) < 1e-9 && scores.levels.first?.nodes == [1, 2])
    }

    @Test func theDeepestLabelsHaveNoOtherBelowThem() {
        let level = Self.labels.deepest(of: [0, 2, 4, 6])
        #expect(names(level) == ["x", "A2", "C"] && level.places[0] == nil && level.places[3] == nil)
    }

    @Test func levelsOfAnswersAreOverTheirClassesAndNoneIsShownTwice() {
        func scores(_ labels: [Int]) -> Scores {
            Scores(Self.labels, labels.map { answer(of: $0, [0.2, 0.2, 0.2, 0.2, 0.2]) })
        }
        #expect(scores([2, 3, 4, 5]).levels.map(names) == [["A", "B"], ["A1", "A2", "B"], ["x", "y", "A2", "B"]])
        // Inner labels are the deepest that there are.
        #expect(scores([0, 5]).levels.map(names) == [["A", "B"], ["A", "B"]])
        #expect(scores([5]).levels.map(names) == [["B"], ["B"]])
    }

    /// A subset is judged among the classes of the whole: one that has a single class is not right by that alone.
    @Test func aSubsetKeepsTheClassesOfTheWhole() {
        let whole = Scores(
            Self.labels,
            [answer(of: 2, [0.1, 0, 0, 0.9, 0]), answer(of: 2, [0.8, 0, 0, 0.2, 0]), answer(of: 5, [0, 0, 0, 1, 0])]
        )
        let classes = Self.labels.level(depth: 0).among(whole.answers)
        let stars = whole.picked { $0.label == 2 }.level(classes)
        #expect(stars.accuracy == 0.5 && stars.balancedAccuracy == 0.5 && stars.names == ["A", "B"])
        #expect(stars.recall["B"] == nil && stars.precision["B"] == 0 && stars.counts["B"] == 0)
        #expect(whole.picked { $0.label == 2 }.firstLevel.accuracy == 1)
    }
}
