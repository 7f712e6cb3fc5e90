import AstroM3
import ModelSupport
import Tensor
import Testing

@testable import Learning

/// Loss, gradients and ten steps of AdamW equal to the reference in PyTorch, and embeddings equal to inference's.
@Suite(.enabled(if: GoldenVectors.available, Comment(rawValue: GoldenVectors.skipped)))
struct GoldenGradientTests {
    private static let manifest = GoldenVectors.manifest(.streaming)

    private func network<Scalar: TrainingScalar>(_: Scalar.Type) -> TrainedNetwork<Scalar> {
        TrainedNetwork(Self.manifest, tensors: FormulaWeights.tensors(Self.manifest))
    }

    /// Of each tensor the norm of the gradient and its first eight numbers.
    private func check<Scalar: TrainingScalar>(_ scalar: Scalar.Type, tolerance: Double) throws {
        let golden = try GoldenVectors.gradients()
        let network = network(scalar)
        let loss = network.step(.golden())
        #expect(abs(loss - Double(try #require(golden.read("clip.loss")).values[0])) < 10 * tolerance)
        var compared = 0
        for name in golden.names where name.hasPrefix("norm.") {
            let parameter = String(name.dropFirst("norm.".count))
            let gradient = network.gradient(parameter).map(Double.init)
            let norm = Double(try #require(golden.read(name)).values[0])
            let found = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
            #expect(abs(found - norm) <= tolerance * max(norm, 1e-3), "\(name): \(found), \(norm)")
            let head = try #require(golden.read("head." + parameter)).values.map(Double.init)
            let largest = gradient.map(abs).max() ?? 0
            for (value, expected) in zip(gradient, head) {
                #expect(abs(value - expected) <= tolerance * max(largest, 1e-3), "head of \(parameter)")
            }
            compared += 1
        }
        #expect(compared == 149)
        for pair in ["ps", "sm", "mp"] {
            let expected = Double(try #require(golden.read("grad.logit_scale_" + pair)).values[0])
            let found = network.gradient("logit_scale_" + pair).map(Double.init)[0]
            #expect(abs(found - expected) <= tolerance * max(1, abs(expected)), "\(pair)")
        }
    }

    @Test func gradientsInDoublePrecisionEqualTheReference() throws {
        try check(Double.self, tolerance: 1e-6)
    }

    @Test func gradientsInSinglePrecisionEqualTheReference() throws {
        try check(Float.self, tolerance: 2e-4)
    }

    @Test func tenStepsOfAdamWFollowTheReference() throws {
        let network = network(Double.self)
        let input = NetworkInput<Double>.golden()
        let optimiser = AdamW<Double>(network.layout, AdamW.Settings())
        let expected = try GoldenVectors.lossCurve()
        #expect(expected.count == 10)
        for (step, value) in expected.enumerated() {
            let loss = network.step(input)
            #expect(abs(loss - value) < 1e-6 * value, "step \(step): \(loss), \(value)")
            optimiser.step(network.values.pointer, network.gradients.pointer, rate: 1e-4)
        }
    }

    @Test func embeddingsEqualThoseOfInference() throws {
        let golden = try GoldenVectors.read(.streaming)
        let embeddings = network(Float.self).embed(.golden())
        for (name, values) in zip(["photometry", "spectra", "metadata"], embeddings) {
            let expected = try #require(golden.read("embedding.\(name)")).values
            try #require(values.count == expected.count)
            let error = zip(values, expected).map { abs($0 - $1) }.max() ?? .infinity
            #expect(error < 1e-4, "\(name): \(error)")
        }
    }
}
