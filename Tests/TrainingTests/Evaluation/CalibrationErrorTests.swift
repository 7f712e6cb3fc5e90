import Ground
import Testing

@testable import Training

@Suite struct CalibrationErrorTests {
    @Test func theOrderOfEquallySureAnswersChangesNothing() {
        let right = Array(repeating: (confidence: 0.7, isRight: true), count: 20)
        let wrong = Array(repeating: (confidence: 0.7, isRight: false), count: 40)
        let found = CalibrationError.of(right + wrong).found
        #expect(abs(found - (0.7 - 1.0 / 3)) < 1e-9)
        #expect(CalibrationError.of(wrong + right).found == found)
    }

    @Test func aCalibratedModelShowsWhatIsExpectedAndAnotherMore() {
        var generator = SplitMix64(seed: 9)
        let confidences = (0..<3000).map { _ in generator.between(0.4, 1) }
        let calibrated = confidences.map { (confidence: $0, isRight: generator.unit() < $0) }
        let error = CalibrationError.of(calibrated)
        #expect(error.expected > 0.01 && error.expected < 0.05 && abs(error.found - error.expected) < 0.015, "\(error)")
        let sure = confidences.map { (confidence: $0, isRight: generator.unit() < $0 - 0.2) }
        #expect(abs(CalibrationError.of(sure).found - 0.2) < 0.04)
        #expect(CalibrationError.of([]).found == 0)
    }

    /// By hand: fifteen answers of one bin each.
    @Test func ofAFewAnswersItIsTheirMeanDistance() {
        let answers = (0..<15).map { (confidence: 0.8 + 1e-9 * Double($0), isRight: $0 < 12) }
        #expect(abs(CalibrationError.of(answers).found - (12 * 0.2 + 3 * 0.8) / 15) < 1e-8)
    }
}
