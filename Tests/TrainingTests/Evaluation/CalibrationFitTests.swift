import AstroM3
import DataSets
import Foundation
import Ground
import Testing

@testable import Training

@Suite struct CalibrationFitTests {
    private static let labels = TrainingLabels(.oneBranch)

    /// Answers whose labels follow their probabilities, which are then sharpened by a temperature below 1.
    private func answers(_ count: Int, temperature: (Int, String) -> Double) -> Scores {
        var generator = SplitMix64(seed: 3)
        let nodes = [1, 2, 3]
        let answers = (0..<count).map { number -> Scores.Answer in
            let logits = (0..<3).map { _ in 2 * generator.normal() }
            let points = 1 + number % 40
            let set = number % 3 == 0 ? "photometry" : "photometry+metadata"
            let exponentials = logits.map { exp($0) }
            let sum = exponentials.reduce(0, +)
            var place = generator.unit() * sum
            let leaf = exponentials.firstIndex { value in
                place -= value
                return place < 0
            }
            let sharp = logits.map { exp($0 / temperature(points, set)) }
            let total = sharp.reduce(0, +)
            return Scores.Answer(
                label: nodes[leaf ?? 2],
                leaves: sharp.map { Float($0 / total) },
                points: points,
                modalities: set,
                object: number
            )
        }
        return Scores(Self.labels, answers)
    }

    @Test func theTemperatureOfEachSetAndLengthIsFound() throws {
        func truth(_ points: Int, _ set: String) -> Double {
            exp(-0.6 + 0.1 * log(1 + Double(points)) + (set == "photometry" ? 0.2 : -0.1))
        }
        let scores = answers(20_000) { truth($0, $1) }
        let fit = CalibrationFit(scores)
        for points in [1, 5, 20, 40] {
            for set in ["photometry", "photometry+metadata"] {
                // What was sharpened by T is softened by 1 / T.
                let found = fit.temperature(points: points, modalities: set)
                #expect(abs(found * truth(points, set) - 1) < 0.08, "\(points) \(set) \(found)")
            }
        }
        #expect(fit.applied(to: scores).loss < scores.loss)
        let table = fit.calibration(pointBins: [3, 7, 15])
        #expect(table.temperatures.count == 7 && table.temperatures["photometry"]?.count == 4)
        // Nothing has shown a spectrum: such an answer has the temperature of all, and not 1.
        let unseen = try #require(table.temperatures["photometry+spectrum"])
        let own = fit.offsets["photometry"] ?? 0
        for (value, seen) in zip(unseen, try #require(table.temperatures["photometry"])) {
            #expect(abs(Double(value) - Double(seen) / exp(own)) < 1e-4)
        }
    }

    @Test func answersCountByTheirWeight() {
        let (right, other) = (answers(4000) { _, _ in 0.5 }, answers(4000) { _, _ in 2 })
        func fit(_ weight: Double) -> Double {
            let light = other.answers.map { answer in
                var answer = answer
                answer.weight = weight
                return answer
            }
            return CalibrationFit(Scores(Self.labels, right.answers + light)).temperature(
                points: 10,
                modalities: "photometry"
            )
        }
        // What was sharpened by one half is softened by two, and the other way round.
        #expect(abs(fit(0) - 2) < 0.1 && fit(0) > fit(0.1) && fit(0.1) > fit(1) && fit(1) > fit(1000))
        #expect(abs(fit(1000) - 0.5) < 0.05)
    }

    @Test func whatHidesAModalityCountsLittle() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let model = try Model(folder: set.train(set.recipe(), set.options("run")))
        let labels = TrainingLabels(model.taxonomy)
        let objects = Array(set.data.objects.indices)
        let answers = CalibrationAnswers(
            Evaluator(model, threads: 2),
            of: objects,
            try EvaluatedRecords(set.data, labels),
            labels
        )
        let fullest = Dictionary(uniqueKeysWithValues: answers.whole.answers.map { ($0.object, $0.modalities) })
        #expect(fullest.count == objects.count && Set(fullest.values) == ["photometry+metadata"])
        #expect(answers.whole.answers.allSatisfy { $0.weight == 1 })
        for answer in answers.all.answers {
            #expect(answer.weight == (answer.modalities == fullest[answer.object] ? 1 : 0.1))
        }
        #expect(Set(answers.all.answers.map(\.modalities)) == ["photometry", "metadata", "photometry+metadata"])
    }

    @Test func withoutAnswersNothingIsChanged() {
        let fit = CalibrationFit(Scores(Self.labels, []))
        #expect(fit.temperature(points: 7, modalities: "spectrum") == 1)
        #expect(fit.calibration(pointBins: [3]).temperatures.values.allSatisfy { $0 == [1, 1] })
    }

    /// When no temperature fits the answers, the search for one ends at its bound.
    @Test func aFactorAtTheEndOfTheSearchIsTold() {
        /// Answers at 0.9, so many of ten of which are right.
        func scores(right: Int) -> Scores {
            let answers = (0..<100).map { answer($0, of: $0 % 10 < right ? 0 : 1, [0.9, 0.1], points: 10) }
            return Scores(TrainingLabels(.twoClasses), answers)
        }
        #expect(CalibrationFit.isAtBound(factor: CalibrationFit.factor(scores(right: 1))))
        #expect(!CalibrationFit.isAtBound(factor: CalibrationFit.factor(scores(right: 8))))
    }
}
