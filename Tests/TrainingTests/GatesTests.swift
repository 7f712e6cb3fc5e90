import AstroM3
import Ground
import Testing

@testable import Training

@Suite struct GatesTests {
    private static let taxonomy = Taxonomy(nodes: [
        .init("A"), .init("A1", under: "A"), .init("A2", under: "A"), .init("B"),
    ])
    private static let labels = TrainingLabels(taxonomy)

    private func answer(_ object: Int, of label: Int, _ leaves: [Float], weight: Double = 1) -> Scores.Answer {
        Scores.Answer(
            label: label,
            leaves: leaves,
            points: 1,
            modalities: "photometry",
            object: object,
            weight: weight
        )
    }

    private func gates(_ answers: [Scores.Answer], share: Double = 0.05) -> [Float?] {
        Gates.thresholds(Scores(Self.labels, answers), Self.taxonomy, share: share)
    }

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
                (scores.probability(0, $0) > scores.probability(3, $0)) != (Self.labels.firstLevel[$0.label] == 0)
            }
        )
    }

    @Test func ofManyAnswersTheShareThatIsWrongIsWhatIsAllowed() throws {
        var generator = SplitMix64(seed: 3)
        let answers = calibrated(20_000, &generator)
        let gate = try #require(gates(answers)[0])
        let (count, wrong) = decided(answers, from: gate)
        #expect(count > 5000 && Double(wrong) <= 0.05 * Double(count) && Double(wrong) > 0.04 * Double(count))
    }

    /// The least of many shares that were looked at is smaller than the truth: over many draws the promise must hold for others.
    @Test(arguments: [133, 500]) func whatIsPromisedHoldsForObjectsThatWereNotSeen(count: Int) throws {
        var generator = SplitMix64(seed: 4)
        let others = calibrated(20_000, &generator)
        var (all, wrong) = (0.0, 0.0)
        for _ in 0..<60 {
            let gate = try #require(gates(calibrated(count, &generator))[0])
            let found = decided(others, from: gate)
            all += Double(found.count)
            wrong += Double(found.wrong)
        }
        #expect(wrong / all < 0.06, "\(wrong / all)")
    }

    @Test func perfectAnswersNeedNoMoreThanTheLeastSureOfThem() {
        let sure = (0..<100).map { answer($0, of: 3, [0, 0.01, 0.99]) }
        #expect(gates(sure)[0] == 0.99)
        #expect(gates((0..<100).map { answer($0, of: 3, [0.25, 0.25, 0.5]) })[0] == 0.5)
    }

    @Test func nineteenObjectsAreTheFewest() {
        func sure(_ count: Int) -> [Scores.Answer] { (0..<count).map { answer($0, of: 3, [0, 0.1, 0.9]) } }
        #expect(gates(sure(19))[0] == 0.9)
        #expect(gates(sure(18))[0] == nil && gates([])[0] == nil)
        // One wrong of nineteen is too much.
        let spoilt = sure(18) + [answer(18, of: 1, [0, 0.1, 0.9])]
        #expect(gates(spoilt)[0] == 1)
    }

    @Test func manyLooksAtFewObjectsAreFewObjects() {
        let looks = (0..<300).map { answer($0 % 18, of: 3, [0, 0.1, 0.9]) }
        #expect(gates(looks)[0] == nil)
        let enough = (0..<300).map { answer($0 % 20, of: 3, [0, 0.1, 0.9]) }
        #expect(gates(enough)[0] == 0.9)
    }

    @Test func answersCountByTheirWeight() {
        // A quarter is wrong, and too light to close the gate.
        let answers = (0..<400).map { place in
            let isRight = place % 4 != 0
            return answer(place, of: 3, isRight ? [0, 0.1, 0.9] : [0.9, 0.1, 0], weight: isRight ? 1 : 0.1)
        }
        #expect(gates(answers)[0] == 0.9)
        let heavy = answers.map { answer in
            var answer = answer
            answer.weight = 1
            return answer
        }
        #expect(gates(heavy)[0] == 1)
    }

    @Test func equallySureAnswersAreDecidedTogetherInAnyOrder() {
        let right = (0..<40).map { answer($0, of: 3, [0, 0.3, 0.7]) }
        let wrong = (40..<60).map { answer($0, of: 1, [0, 0.3, 0.7]) }
        #expect(gates(right + wrong)[0] == 1 && gates(wrong + right)[0] == 1)
    }

    @Test func ofALevelThatNoLabelReachesNothingIsSaid() {
        // Labels at the first level alone.
        let answers = (0..<50).map { answer($0, of: 0, [0.5, 0.49, 0.01]) }
        #expect(gates(answers)[0] != nil && gates(answers)[1] == nil)
    }

    @Test func oneNodeOverAllIsDecidedWhateverTheSumOfItsLeavesIsRoundedTo() {
        let taxonomy = Taxonomy(nodes: [.init("root"), .init("A", under: "root"), .init("B", under: "root")])
        let labels = TrainingLabels(taxonomy)
        let answers = (0..<30).map { answer($0, of: 1, [0.9999998 - 1e-7 * Float($0 % 2), 0]) }
        #expect(Gates.thresholds(Scores(labels, answers), taxonomy, share: 0.05)[0] == 0.5)
    }
}
