import AstroM3
import Testing

@testable import Learning

@Suite struct OptimisingTests {
    private let layout = ParameterLayout([
        Parameter(name: "matrix", shape: [3, 4], start: .constant(1)),
        Parameter(name: "vector", shape: [5], start: .constant(1)),
        Parameter(name: "scale", shape: [], start: .constant(1)),
    ])

    /// Values after steps with gradients that depend on the step.
    private func run(_ optimiser: AdamW<Float>, _ values: inout [Float], steps: Range<Int>) {
        for step in steps {
            let gradients = (0..<layout.count).map { Float($0 + 1) * (step % 3 == 0 ? -0.5 : 0.25) }
            optimiser.step(&values, gradients, rate: 0.01)
        }
    }

    @Test func aLayoutPutsParametersOneAfterTheOther() {
        #expect(layout.count == 18)
        #expect(layout.parameters.map { layout.range(of: $0) } == [0..<12, 12..<17, 17..<18])
    }

    @Test func goingOnFromACheckpointGivesTheSameBits() {
        let through = AdamW<Float>(layout, AdamW.Settings())
        var values = [Float](repeating: 1, count: layout.count)
        run(through, &values, steps: 0..<20)
        let first = AdamW<Float>(layout, AdamW.Settings())
        var resumed = [Float](repeating: 1, count: layout.count)
        run(first, &resumed, steps: 0..<7)
        let state = first.state
        let second = AdamW<Float>(layout, AdamW.Settings())
        second.restore(steps: state.steps, first: state.first, second: state.second)
        run(second, &resumed, steps: 7..<20)
        #expect(resumed.map(\.bitPattern) == values.map(\.bitPattern))
    }

    /// Without gradients only decay moves a value: matrices always, vectors where asked for, scales never.
    @Test(arguments: [true, false])
    func decayKeepsToWhatItIsFor(decaysVectors: Bool) {
        var settings = AdamW<Double>.Settings()
        settings.decay = 0.1
        settings.decaysVectors = decaysVectors
        let optimiser = AdamW<Double>(layout, settings)
        var values = [Double](repeating: 1, count: layout.count)
        optimiser.step(&values, [Double](repeating: 0, count: layout.count), rate: 0.5)
        #expect(values[0] == 0.95 && values[12] == (decaysVectors ? 0.95 : 1) && values[17] == 1)
    }

    @Test func theNormOfAllGradientsIsClipped() {
        var gradients = [Float](repeating: 0, count: 10_000)
        (gradients[3], gradients[9_999]) = (3, -4)
        let norm = GradientNorm.norm(gradients, count: gradients.count)
        #expect(norm == 5)
        #expect(GradientNorm.factor(norm: norm, limit: 1) == 0.2)
        #expect(GradientNorm.factor(norm: norm, limit: 6) == 1 && GradientNorm.factor(norm: norm, limit: nil) == 1)
        gradients[5] = .nan
        #expect(!GradientNorm.norm(gradients, count: gradients.count).isFinite)
    }

    @Test func theRateRisesAndFalls() {
        let rate = LearningRate(peak: 2, warmUp: 0.1, isCosine: true)
        #expect(
            rate.rate(step: 0, of: 100) == 0 && rate.rate(step: 5, of: 100) == 1 && rate.rate(step: 10, of: 100) == 2
        )
        #expect(abs(rate.rate(step: 55, of: 100) - 1) < 1e-12 && rate.rate(step: 100, of: 100) < 1e-12)
        #expect(LearningRate(peak: 2).rate(step: 99, of: 100) == 2)
    }
}
