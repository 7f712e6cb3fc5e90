import Testing

@testable import Learning

/// The kernels of single precision against the plain loops in double.
@Suite struct TrainingFloatTests {
    /// Numbers from -8 to 8, of a count that is no multiple of any vector.
    private static let numbers: [Double] = (0..<1003).map { Double($0 - 501) / 62.5 }

    private func error(_ floats: [Float], _ doubles: [Double]) -> Double {
        zip(floats, doubles).map { abs(Double($0) - $1) }.max() ?? 0
    }

    @Test func geluAndItsDerivative() {
        let doubles = Self.numbers
        let floats = doubles.map(Float.init)
        var (y, exact) = ([Float](repeating: 0, count: floats.count), [Double](repeating: 0, count: floats.count))
        Float.gelu(floats.count, floats, &y)
        Double.gelu(doubles.count, doubles, &exact)
        #expect(error(y, exact) < 5e-6)
        var gradient = [Float](repeating: 2, count: floats.count)
        var exactGradient = [Double](repeating: 2, count: floats.count)
        Float.geluBackward(floats.count, floats, &gradient)
        Double.geluBackward(doubles.count, doubles, &exactGradient)
        #expect(error(gradient, exactGradient) < 5e-6)
    }

    private static func numbers(_ count: Int, seed: UInt64) -> [Double] {
        var generator = Numbers(seed)
        return generator.list(count)
    }

    @Test func geluForwardAndBackwardAtOnce() {
        let floats = Self.numbers.map(Float.init)
        var y = [Float](repeating: 0, count: floats.count)
        var exact = [Double](repeating: 0, count: floats.count)
        var gradient = [Float](repeating: 2, count: floats.count)
        var exactGradient = [Double](repeating: 2, count: floats.count)
        Float.geluForwardBackward(floats.count, floats, &y, &gradient)
        Double.geluForwardBackward(floats.count, Self.numbers, &exact, &exactGradient)
        #expect(error(y, exact) < 5e-6)
        #expect(error(gradient, exactGradient) < 5e-6)
    }
}
