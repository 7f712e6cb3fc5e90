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

    @Test(arguments: [1, 7, 16, 59])
    func softmaxAndItsGradient(width: Int) {
        let rows = 1003 / width
        var exact = Array(Self.numbers.prefix(rows * width))
        var p = exact.map(Float.init)
        Float.softmax(rows: rows, width: width, &p, scale: 3)
        Double.softmax(rows: rows, width: width, &exact, scale: 3)
        #expect(error(p, exact) < 1e-5)
        var exactGradient = Array(Self.numbers.reversed().prefix(rows * width))
        var gradient = exactGradient.map(Float.init)
        Float.softmaxBackward(rows: rows, width: width, p, &gradient, scale: 0.5)
        Double.softmaxBackward(rows: rows, width: width, exact, &exactGradient, scale: 0.5)
        #expect(error(gradient, exactGradient) < 1e-4)
    }
}
