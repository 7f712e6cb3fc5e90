import AstroM3
import Ground
import Testing

@testable import Training

@Suite struct GatesTests {
    private static let taxonomy = Taxonomy.oneBranch
    private static let labels = TrainingLabels(taxonomy)

    private func rule(_ answers: [Scores.Answer], atLeast known: DecisionRule? = nil) -> DecisionRule {
        Gates.rule(Scores(Self.labels, answers), share: 0.05, atLeast: known)
    }

    /// The first level's.
    private func gate(_ answers: [Scores.Answer]) -> Float { rule(answers).gate(below: nil, level: 0) }

    /// Answers that are as often right as they say.
    private func calibrated(_ count: Int, _ generator: inout SplitMix64) -> [Scores.Answer] {
        (0..<count).map { object in
            let sure = 0.5 + 0.5 * generator.unit().squareRoot()
            let isB = generator.unit() < sure
            let rest = Float(1 - sure)
            return answer(object, of: isB ? 3 : 1, [0.75 * rest, 0.25 * rest, Float(sure)])
        }
    }

    private func decided(_ answers: [Scores.Answer], from gate: Float) -> (count: Int, wrong: Int) {
        let scores = Scores(Self.labels, answers)
        let sure = answers.filter { max(scores.probability(0, $0), scores.probability(3, $0)) >= Double(gate) }
        return (
            sure.count,
            sure.count {
                (scores.probability(0, $0) > scores.probability(3, $0)) != Self.labels.isAbove(0, orIs: $0.label)
            }
        )
    }

    @Test func ofManyAnswersTheShareThatIsWrongIsWhatIsAllowed() {
        var generator = SplitMix64(seed: 3)
        let answers = calibrated(20_000, &generator)
        let gate = gate(answers)
        let (count, wrong) = decided(answers, from: gate)
        #expect(count > 5000 && Double(wrong) <= 0.05 * Double(count) && Double(wrong) > 0.04 * Double(count))
    }

    /// The least of many shares that were looked at is smaller than the truth: over many draws the promise must hold for others.
    @Test(arguments: [133, 500]) func whatIsPromisedHoldsForObjectsThatWereNotSeen(count: Int) {
        var generator = SplitMix64(seed: 4)
        let others = calibrated(20_000, &generator)
        var (all, wrong) = (0.0, 0.0)
        for _ in 0..<60 {
            let found = decided(others, from: gate(calibrated(count, &generator)))
            all += Double(found.count)
            wrong += Double(found.wrong)
        }
        #expect(wrong / all < 0.06, "\(wrong / all)")
    }

    @Test func perfectAnswersNeedNoMoreThanTheLeastSureOfThem() {
        let sure = (0..<100).map { answer($0, of: 3, [0, 0.01, 0.99]) }
        #expect(gate(sure) == 0.99)
        #expect(gate((0..<100).map { answer($0, of: 3, [0.24, 0.24, 0.52]) }) == 0.52)
    }

    @Test func nineteenObjectsAreTheFewest() {
        func sure(_ count: Int) -> [Scores.Answer] { (0..<count).map { answer($0, of: 3, [0, 0.1, 0.9]) } }
        #expect(gate(sure(19)) == 0.9)
        #expect(gate(sure(18)) == 1 && gate([]) == 1)
        let known = DecisionRule(thresholds: [0.6, 0.7], branches: ["A": 0.8])
        #expect(rule(sure(18), atLeast: known) == DecisionRule(thresholds: [0.6, 1], branches: ["A": 0.8]))
        #expect(rule(sure(19), atLeast: known) == DecisionRule(thresholds: [0.9, 1], branches: ["A": 0.8]))
        // One wrong of nineteen is too much.
        let spoilt = sure(18) + [answer(18, of: 1, [0, 0.1, 0.9])]
        #expect(gate(spoilt) == 1)
    }

    /// The share may be kept by many answers and not by the surest of them: a gate that is raised to where it must stand has to
    /// keep it there.
    @Test func aGateKeepsItsShareWhereItStands() {
        let sure = (0..<30).map { answer($0, of: $0 < 3 ? 1 : 3, [0, 0.4, 0.6]) }
        let unsure = (30..<130).map { answer($0, of: 3, [0.3, 0.25, 0.45]) }
        #expect(gate(sure + unsure) == 1)
        let surer = (0..<30).map { answer($0, of: $0 < 3 ? 1 : 3, [0, 0.05, 0.95]) }
        let less = (30..<130).map { answer($0, of: 3, [0, 0.4, 0.6]) }
        #expect(gate(surer + less) == 0.6)
        #expect(rule(surer + less, atLeast: DecisionRule(thresholds: [0.8])).thresholds[0] == 1)
        #expect(rule(surer + less, atLeast: DecisionRule(thresholds: [0.55])).thresholds[0] == 0.6)
        #expect(rule(less, atLeast: DecisionRule(thresholds: [1])).thresholds[0] == 1)
    }

    @Test func manyLooksAtFewObjectsAreFewObjects() {
        let looks = (0..<300).map { answer($0 % 18, of: 3, [0, 0.1, 0.9]) }
        #expect(gate(looks) == 1)
        let enough = (0..<300).map { answer($0 % 20, of: 3, [0, 0.1, 0.9]) }
        #expect(gate(enough) == 0.9)
    }

    @Test func answersCountByTheirWeight() {
        // A quarter is wrong, and too light to close the gate.
        let answers = (0..<400).map { place in
            let isRight = place % 4 != 0
            return answer(place, of: 3, isRight ? [0, 0.1, 0.9] : [0.9, 0.1, 0], weight: isRight ? 1 : 0.1)
        }
        #expect(gate(answers) == 0.9)
        let heavy = answers.map { answer in
            var answer = answer
            answer.weight = 1
            return answer
        }
        #expect(gate(heavy) == 1)
    }

    /// Where classes are otherwise common than among the objects at hand.
    @Test func objectsCountForTheStreamThatTheyStandFor() {
        func gate(_ answers: [Scores.Answer], _ importance: [Double]?) -> Float {
            let stream = importance.map { Gates.Stream(importance: $0, shares: [0.6, 0, 0.4]) }
            return Gates.rule(Scores(Self.labels, answers), share: 0.05, stream: stream).thresholds[0]
        }
        // Of 200 objects called B four are A1.
        let answers = (0..<200).map { answer($0, of: $0 % 50 == 0 ? 1 : 3, [0.1, 0, 0.9]) }
        #expect(gate(answers, nil) == 0.9 && gate(answers, [1, 1, 1, 1]) == 0.9 && gate(answers, [7, 7, 7, 7]) == 0.9)
        // In the stream A is ten times as common, so that a sixth of them would be.
        #expect(gate(answers, [10, 10, 10, 1]) == 1)
        #expect(gate(answers, [0.1, 0.1, 0.1, 1]) == 0.9)
        // Twenty right ones that stand for all of a stream are twenty; two beside many that stand for nothing are two.
        let right = (0..<120).map { answer($0, of: $0 < 20 ? 1 : 3, $0 < 20 ? [0.9, 0, 0.1] : [0.1, 0, 0.9]) }
        #expect(gate(right, [50, 50, 50, 0.001]) == 0.9)
        #expect(gate(Array(right.dropFirst(18)), [50, 50, 50, 0.001]) == 1)
        // Nor do the gates of before hold, where two stand for nearly all or few arrive at all.
        let known = DecisionRule(thresholds: [0.6])
        func raised(_ answers: [Scores.Answer]) -> Float {
            let scores = Scores(Self.labels, answers)
            return Gates.rule(
                scores,
                share: 0.05,
                atLeast: known,
                stream: Gates.Stream(importance: [50, 50, 50, 0.001], shares: [1, 0, 0])
            ).thresholds[0]
        }
        #expect(raised(Array(right.dropFirst(18))) == 1 && raised(Array(right.prefix(10))) == 1)
        // One more of those that stand for twenty would be twenty.
        let mixed = (0..<102).map { answer($0, of: $0 < 2 ? 1 : 3, $0 < 2 ? [0.9, 0, 0.1] : [0.1, 0, 0.9]) }
        #expect(gate(mixed, nil) == 0.9 && gate(mixed, [20, 20, 20, 1]) == 1)
    }

    /// A class of the stream of which there is no object here is called something all the same.
    @Test func whatNoObjectSpeaksForCountsAsWrong() {
        let answers = (0..<200).map { answer($0, of: $0 < 100 ? 1 : 3, $0 < 100 ? [0.8, 0.1, 0.1] : [0.1, 0, 0.9]) }
        func rule(unseen share: Double, _ answers: [Scores.Answer]) -> DecisionRule {
            let importance = [Double](repeating: 1 - share, count: 4)
            let stream = Gates.Stream(importance: importance, shares: [0.5 - share / 2, share, 0.5 - share / 2])
            return Gates.rule(Scores(Self.labels, answers), share: 0.05, stream: stream)
        }
        #expect(rule(unseen: 0, answers).thresholds[0] == 0.9 && rule(unseen: 0.03, answers).thresholds[0] == 0.9)
        #expect(rule(unseen: 0.5, answers).thresholds[0] == 1)
        // It is A2 below A that nothing speaks for; a label A says nothing of what is below it.
        #expect(rule(unseen: 0, answers).branches["A"] == 0.8 && rule(unseen: 0.5, answers).branches["A"] == 1)
        let above = answers + (200..<400).map { answer($0, of: 0, [0.8, 0.1, 0.1]) }
        #expect(rule(unseen: 0.5, above).thresholds[0] < 1 && rule(unseen: 0.5, above).branches["A"] == 1)
    }

    @Test func equallySureAnswersAreDecidedTogetherInAnyOrder() {
        let right = (0..<40).map { answer($0, of: 3, [0, 0.3, 0.7]) }
        let wrong = (40..<60).map { answer($0, of: 1, [0, 0.3, 0.7]) }
        #expect(gate(right + wrong) == 1 && gate(wrong + right) == 1)
    }

    @Test func ofABranchThatNoLabelReachesNothingIsSaid() {
        // Labels at the first level alone.
        let answers = (0..<50).map { answer($0, of: 0, [0.5, 0.49, 0.01]) }
        #expect(rule(answers) == DecisionRule(thresholds: [0.99, 1], branches: ["A": 1]))
    }

    /// What is sure of one kind says nothing of another's kinds.
    @Test func aBranchIsClosedByItsOwnMistakesAlone() {
        let taxonomy = Taxonomy.twoBranches
        let labels = TrainingLabels(taxonomy)
        func rule(_ wrong: Int) -> DecisionRule {
            let ofA = (0..<40).map { answer($0, of: 1, [0.9, 0.1, 0, 0]) }
            let ofB = (40..<80).map { answer($0, of: $0 < 40 + wrong ? 5 : 4, [0, 0, 0.99, 0.01]) }
            return Gates.rule(Scores(labels, ofA + ofB), share: 0.05)
        }
        #expect(rule(0).branches == ["A": 0.9, "B": 0.99])
        #expect(rule(8).branches == ["A": 0.9, "B": 1])
    }

    /// What is called a transient and is none cannot be right of a transient's kinds either.
    @Test func whatArrivesFromElsewhereIsWrongWhateverIsDecided() {
        let own = (0..<60).map { answer($0, of: 1, [0.8, 0.2, 0]) }
        let strays = (60..<66).map { answer($0, of: 3, [0.8, 0.2, 0]) }
        let open = DecisionRule(thresholds: [0.5])
        #expect(rule(own, atLeast: open).branches == ["A": 0.8])
        // Six of 66 are too many at the first level already: nothing arrives.
        #expect(rule(own + strays) == DecisionRule(thresholds: [1, 1], branches: ["A": 1]))
        // Two of 62 are not, and of the 19 whose label says more than A they are.
        let few =
            (0..<41).map { answer($0, of: 0, [0.8, 0.2, 0]) } + (41..<60).map { answer($0, of: 1, [0.8, 0.2, 0]) }
        #expect(rule(few).branches == ["A": 0.8])
        let spoilt = rule(few + strays.prefix(2))
        #expect(spoilt.thresholds[0] < 1 && spoilt.branches == ["A": 1])
    }

    @Test func whatIsCertainIsDecidedByAGateThatIsNotClosed() {
        let certain = (0..<30).map { answer($0, of: 3, [0, 0, 1]) }
        let rule = rule(certain)
        #expect(rule.thresholds[0] < 1)
        let tree = TaxonomyTree(Self.taxonomy)
        #expect(tree.path([0, 0, 0, 1], rule) == [3] && tree.path([0, 0, 0, 1], DecisionRule(thresholds: [1])) == [])
    }

    @Test func oneNodeOverAllIsDecidedWhateverTheSumOfItsLeavesIsRoundedTo() {
        let taxonomy = Taxonomy.oneRoot
        let labels = TrainingLabels(taxonomy)
        let answers = (0..<30).map { answer($0, of: 1, [0.9999998 - 1e-7 * Float($0 % 2), 0]) }
        #expect(Gates.rule(Scores(labels, answers), share: 0.05).thresholds[0] == 0.5)
    }
}
