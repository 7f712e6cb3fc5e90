import Glibc
import Tensor
import Testing

/// Kernels on rows and elements against double precision, at every dispatch level.
@Suite struct RowKernelTests {
    private func kernels(_ level: DispatchLevel) throws -> Kernels { try #require(Kernels(level: level)) }

    @Test(arguments: DispatchLevel.available)
    func functionsOfOneVariableAreExact(level: DispatchLevel) throws {
        let kernels = try kernels(level)
        let x = stride(from: Float(-12), through: 12, by: 0.003).map { $0 }
        let exponentials = zip(kernels.exponential(x), x).map { Double($0) / exp(Double($1)) - 1 }
        #expect(exponentials.map(abs).max() ?? 1 < 1.5e-7)
        #expect(largestError(kernels.errorFunction(x), x.map { erf(Double($0)) }) < 5e-7)
        let gelu = x.map { Double($0) / 2 * (1 + erf(Double($0) / 2.0.squareRoot())) }
        #expect(largestError(kernels.gelu(x), gelu) < 2e-6)
        let slope = x.map { x in
            let x = Double(x)
            return (1 + erf(x / 2.0.squareRoot())) / 2 + x * exp(-x * x / 2) / (2 * Double.pi).squareRoot()
        }
        var gradient = [Float](repeating: 2, count: x.count)
        kernels.geluBackward(x.count, x, &gradient)
        #expect(largestError(gradient, slope.map { 2 * $0 }) < 4e-6)
        #expect(kernels.exponential([-1000, 0]) == [kernels.exponential([-87.3])[0], 1])
    }

    @Test(arguments: DispatchLevel.available)
    func layerNormIsExactInPlaceToo(level: DispatchLevel) throws {
        let kernels = try kernels(level)
        var numbers = Numbers(2)
        for width in [32, 128] {
            let x = numbers.list(5 * width).map { 100 + 3 * $0 }
            let gain = numbers.list(width)
            let bias = numbers.list(width)
            let memory = AlignedFloats(x)
            kernels.layerNorm(
                rows: 5,
                width: width,
                input: memory.pointer,
                gain: FrozenFloats(gain),
                bias: FrozenFloats(bias),
                output: memory.pointer
            )
            let expected = (0..<5).flatMap { row in
                let line = x[row * width..<(row + 1) * width].map(Double.init)
                let mean = line.reduce(0, +) / Double(width)
                let variance = line.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
                return line.indices.map {
                    (line[$0] - mean) / (variance + 1e-5).squareRoot() * Double(gain[$0]) + Double(bias[$0])
                }
            }
            #expect(largestError(memory.values(5 * width), expected) < 2e-5)
        }
    }

    @Test(arguments: DispatchLevel.available)
    func meanPoolAndDotAreExact(level: DispatchLevel) throws {
        let kernels = try kernels(level)
        var numbers = Numbers(3)
        for width in [1, 3, 16, 37] {
            let x = numbers.list(4 * width)
            let mean = AlignedFloats(count: width)
            kernels.meanRows(rows: 4, width: width, input: x, output: mean.pointer)
            let means = (0..<width).map { column -> Double in
                let sum = (0..<4).map { Double(x[$0 * width + column]) }.reduce(0, +)
                return sum / 4
            }
            #expect(largestError(mean.values(width), means) < 1e-6)
            let dot = zip(x, x.reversed()).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
            #expect(abs(Double(kernels.dot(x.count, x, x.reversed())) - dot) < 1e-5)
        }
        let x = numbers.list(8 * 32)
        let pooled = AlignedFloats(count: 2 * 32)
        kernels.maxPool4(rows: 2, width: 32, input: x, output: pooled.pointer)
        let largest = (0..<64).map { place -> Float in
            let first = place / 32 * 4
            return (0..<4).map { x[(first + $0) * 32 + place % 32] }.max() ?? 0
        }
        #expect(pooled.values(64) == largest)
    }

    @Test(arguments: DispatchLevel.available)
    func rowsAreNormalisedAndZerosStay(level: DispatchLevel) throws {
        let kernels = try kernels(level)
        var numbers = Numbers(4)
        let memory = AlignedFloats(numbers.list(40) + Array(repeating: 0, count: 40))
        kernels.normaliseRows(rows: 2, width: 40, values: memory.pointer, stride: 40)
        #expect(abs(memory.values(40).reduce(0) { $0 + $1 * $1 } - 1) < 1e-6)
        #expect(memory.values(80).suffix(40).allSatisfy { $0 == 0 })
    }

    @Test(arguments: DispatchLevel.available)
    func theLargestAreFoundAsBySorting(level: DispatchLevel) throws {
        let kernels = try kernels(level)
        var numbers = Numbers(5)
        for count in [0, 1, 5, 16, 33, 500] {
            for k in [1, 3, 10, 40] {
                // Few distinct values, so that there are ties; some are no numbers.
                var scores = numbers.list(count).map { ($0 * 8).rounded() }
                for i in stride(from: 3, to: count, by: 7) { scores[i] = .nan }
                var values = [Float](repeating: 0, count: k)
                var indices = [Int32](repeating: 0, count: k)
                let found = kernels.topK(k, count: count, scores: scores, values: &values, indices: &indices)
                let expected = scores.indices.filter { !scores[$0].isNaN }
                    .sorted { (-scores[$0], $0) < (-scores[$1], $1) }.prefix(k)
                #expect(indices.prefix(found).map(Int.init) == Array(expected))
                #expect(values.prefix(found).elementsEqual(expected.map { scores[$0] }))
            }
        }
    }

    @Test func theBestLevelIsAvailable() {
        #expect(DispatchLevel.available.contains(.best))
        #expect(DispatchLevel.available.contains(.portable))
        #expect(Kernels.best.level == .best)
    }
}
