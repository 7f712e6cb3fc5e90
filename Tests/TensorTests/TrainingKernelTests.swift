import Glibc
import Tensor
import Testing

/// The kernels of training against the same sums in double precision, at every dispatch level, at odd sizes and tails.
@Suite struct TrainingKernelTests {
    private func kernels(_ level: DispatchLevel) throws -> Kernels { try #require(Kernels(level: level)) }

    /// Sizes around a tile of rows, a panel of columns, and the blocks of depth, columns and summed rows.
    private static let sizes = [(1, 1, 1), (5, 3, 27), (14, 33, 64), (29, 128, 513), (113, 161, 16), (400, 40, 9)]

    @Test(arguments: DispatchLevel.available)
    func productsAreExactBothWaysRound(level: DispatchLevel) throws {
        let kernels = try kernels(level)
        var numbers = Numbers(31)
        for (m, n, k) in Self.sizes {
            // A result wider than the product: what is beside it stays.
            let (a, b, bias, before) = (
                numbers.list(m * k), numbers.list(k * n), numbers.list(n), numbers.list(m * (n + 2))
            )
            let turned = (0..<n * k).map { b[$0 % k * n + $0 / k] }
            for (isTransposed, adds, hasBias) in [(false, false, true), (true, true, true), (true, false, false)] {
                var c = before
                bias.withUnsafeBufferPointer { bias in
                    (isTransposed ? turned : b).withUnsafeBufferPointer { values in
                        guard let start = values.baseAddress else { return }
                        let operand = MatrixOperand(start, stride: isTransposed ? k : n)
                        kernels.product(
                            a,
                            stride: k,
                            isTransposed ? operand.transposed : operand,
                            m: m,
                            k: k,
                            n: n,
                            bias: hasBias ? bias.baseAddress : nil,
                            adds: adds,
                            into: &c,
                            stride: n + 2
                        )
                    }
                }
                let expected = (0..<m * (n + 2)).map { place -> Double in
                    let (row, column) = (place / (n + 2), place % (n + 2))
                    guard column < n else { return Double(before[place]) }
                    var sum = adds ? Double(before[place]) : 0
                    if hasBias { sum += Double(bias[column]) }
                    for i in 0..<k { sum += Double(a[row * k + i]) * Double(b[i * n + column]) }
                    return sum
                }
                #expect(largestError(c, expected) < 3e-6 * Double(k).squareRoot() + 1e-6)
            }
        }
    }

    @Test(arguments: DispatchLevel.available)
    func sumsOfProductsAndColumnsAreExact(level: DispatchLevel) throws {
        let kernels = try kernels(level)
        var numbers = Numbers(32)
        for (rows, m, n) in Self.sizes {
            // Rows of A overlap, as the windows of a convolution do.
            let step = max(1, m / 3)
            let (a, b) = (numbers.list(rows * step + m), numbers.list(rows * n))
            let (before, sumsBefore) = (numbers.list(m * n), numbers.list(m))
            var (c, sums) = (before, sumsBefore)
            kernels.addSumOfProducts(
                rows: rows,
                a,
                stride: step,
                m: m,
                b,
                stride: n,
                n: n,
                into: &c,
                stride: n,
                sums: &sums
            )
            let expected = (0..<m * n).map { (place: Int) -> Double in
                var sum = Double(before[place])
                for row in 0..<rows { sum += Double(a[row * step + place / n]) * Double(b[row * n + place % n]) }
                return sum
            }
            #expect(largestError(c, expected) < 3e-6 * Double(rows).squareRoot() + 1e-6)
            let columns = (0..<m).map { j in
                (0..<rows).reduce(Double(sumsBefore[j])) { $0 + Double(a[$1 * step + j]) }
            }
            #expect(largestError(sums, columns) < 3e-6 * Double(rows).squareRoot() + 1e-6)
            var alone = [Float](repeating: 0, count: n)
            kernels.addColumnSums(rows: rows, width: n, b, to: &alone)
            let exact = (0..<n).map { j in (0..<rows).reduce(0.0) { $0 + Double(b[$1 * n + j]) } }
            #expect(largestError(alone, exact) < 3e-6 * Double(rows).squareRoot() + 1e-6)
        }
    }

    @Test(arguments: DispatchLevel.available, [16, 32])
    func attentionAndItsGradientAreExact(level: DispatchLevel, headWidth: Int) throws {
        let kernels = try kernels(level)
        var numbers = Numbers(33)
        let heads = 2
        let width = heads * headWidth
        for length in [1, 2, 7, 16, 31, 33, 115] {
            let (qkv, slope) = (numbers.list(length * 3 * width), numbers.list(length * width))
            let scratch = AlignedFloats(count: Kernels.attentionTrainingScratch(length: length))
            var context = [Float](repeating: 9, count: length * width)
            var kept = [Float](repeating: 9, count: 2 * heads * length)
            var gradient = [Float](repeating: 9, count: length * 3 * width)
            kernels.attentionForward(
                length: length,
                heads: heads,
                headWidth: headWidth,
                qkv: qkv,
                context: &context,
                kept: &kept,
                scratch: scratch.pointer
            )
            kernels.attentionBackward(
                length: length,
                heads: heads,
                headWidth: headWidth,
                qkv: qkv,
                context: context,
                contextGradient: slope,
                kept: kept,
                gradient: &gradient,
                scratch: scratch.pointer
            )
            let exact = PlainAttention(length: length, heads: heads, headWidth: headWidth, qkv: qkv, slope: slope)
            #expect(largestError(context, exact.context) < 2e-6)
            #expect(largestError(gradient, exact.gradient) < 2e-5)
        }
    }

    /// Attention and its gradient by their definition.
    private struct PlainAttention {
        var context: [Double]
        var gradient: [Double]

        init(length: Int, heads: Int, headWidth: Int, qkv: [Float], slope: [Float]) {
            let (width, scale) = (heads * headWidth, 1 / Double(headWidth).squareRoot())
            context = [Double](repeating: 0, count: length * width)
            gradient = [Double](repeating: 0, count: length * 3 * width)
            for head in 0..<heads {
                func place(_ step: Int, _ part: Int, _ d: Int) -> Int {
                    step * 3 * width + part * width + head * headWidth + d
                }
                func value(_ step: Int, _ part: Int, _ d: Int) -> Double { Double(qkv[place(step, part, d)]) }
                func output(_ step: Int, _ d: Int) -> Double { Double(slope[step * width + head * headWidth + d]) }
                for row in 0..<length {
                    let weights = (0..<length).map { key in
                        exp(scale * (0..<headWidth).reduce(0.0) { $0 + value(row, 0, $1) * value(key, 1, $1) })
                    }
                    let sum = weights.reduce(0, +)
                    let p = weights.map { $0 / sum }
                    let slopes = (0..<length).map { key in
                        (0..<headWidth).reduce(0.0) { $0 + output(row, $1) * value(key, 2, $1) }
                    }
                    let mean = zip(p, slopes).reduce(0) { $0 + $1.0 * $1.1 }
                    for key in 0..<length {
                        let score = scale * p[key] * (slopes[key] - mean)
                        for d in 0..<headWidth {
                            context[row * width + head * headWidth + d] += p[key] * value(key, 2, d)
                            gradient[place(row, 0, d)] += score * value(key, 1, d)
                            gradient[place(key, 1, d)] += score * value(row, 0, d)
                            gradient[place(key, 2, d)] += p[key] * output(row, d)
                        }
                    }
                }
            }
        }
    }

    @Test(arguments: DispatchLevel.available)
    func normAndItsGradientAreExact(level: DispatchLevel) throws {
        let kernels = try kernels(level)
        var numbers = Numbers(34)
        for (rows, width) in [(1, 16), (5, 48), (131, 128)] {
            let (x, gain, bias) = (numbers.list(rows * width), numbers.list(width), numbers.list(width))
            let (dy, before) = (numbers.list(rows * width), numbers.list(rows * width))
            let blank = [Float](repeating: 0, count: rows * width)
            var (y, standardised, inverse) = (blank, blank, [Float](repeating: 0, count: rows))
            kernels.normForward(
                rows: rows,
                width: width,
                x,
                gain: gain,
                bias: bias,
                epsilon: 1e-5,
                &y,
                standardised: &standardised,
                inverse: &inverse
            )
            var exact = [Double](repeating: 0, count: rows * width)
            var (slope, gains, biases) = (exact, gain.map { _ in 0.0 }, gain.map { _ in 0.0 })
            for row in 0..<rows {
                let line = (0..<width).map { Double(x[row * width + $0]) }
                let mean = line.reduce(0, +) / Double(width)
                let variance = line.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
                let s = line.map { ($0 - mean) / (variance + 1e-5).squareRoot() }
                let scaled = (0..<width).map { Double(dy[row * width + $0]) * Double(gain[$0]) }
                let first = scaled.reduce(0, +) / Double(width)
                let second = zip(scaled, s).reduce(0) { $0 + $1.0 * $1.1 } / Double(width)
                for j in 0..<width {
                    exact[row * width + j] = s[j] * Double(gain[j]) + Double(bias[j])
                    slope[row * width + j] = (scaled[j] - first - s[j] * second) / (variance + 1e-5).squareRoot()
                    gains[j] += Double(dy[row * width + j]) * s[j]
                    biases[j] += Double(dy[row * width + j])
                }
            }
            #expect(largestError(y, exact) < 4e-6)
            // Added to what stands there, and in place of what came in.
            for adds in [true, false] {
                var dx = adds ? before : dy
                var (gainGradient, biasGradient) = (gain, bias)
                dx.withUnsafeMutableBufferPointer { dx in
                    dy.withUnsafeBufferPointer { dy in
                        guard let to = dx.baseAddress, let from = dy.baseAddress else { return }
                        kernels.normBackward(
                            rows: rows,
                            width: width,
                            standardised: standardised,
                            inverse: inverse,
                            gain: gain,
                            adds ? from : UnsafePointer(to),
                            to,
                            adds: adds,
                            gainGradient: &gainGradient,
                            biasGradient: &biasGradient
                        )
                    }
                }
                let expected = slope.indices.map { slope[$0] + (adds ? Double(before[$0]) : 0) }
                #expect(largestError(dx, expected) < 1e-5)
                #expect(largestError(gainGradient, gains.indices.map { gains[$0] + Double(gain[$0]) }) < 3e-5)
                #expect(largestError(biasGradient, biases.indices.map { biases[$0] + Double(bias[$0]) }) < 3e-5)
            }
        }
    }

    @Test(arguments: DispatchLevel.available)
    func geluAndItsDerivativeComeTogether(level: DispatchLevel) throws {
        let kernels = try kernels(level)
        for count in [1, 16, 37, 1003] {
            let x = (0..<count).map { Float($0 * 7919 % 1001 - 500) / 60 }
            var (y, gradient) = (x, [Float](repeating: 2, count: count))
            kernels.geluForwardBackward(count, x, &y, &gradient)
            let exact = x.map(Double.init)
            #expect(largestError(y, exact.map { $0 / 2 * (1 + erf($0 / 2.0.squareRoot())) }) < 4e-6)
            let slope = exact.map { (x: Double) -> Double in
                let density = exp(-x * x / 2) / (2 * Double.pi).squareRoot()
                return 1 + erf(x / 2.0.squareRoot()) + 2 * x * density
            }
            #expect(largestError(gradient, slope) < 4e-6)
        }
    }

    @Test(arguments: DispatchLevel.available)
    func poolingGivesTheGradientToTheFirstLargestAndKeepsWhatIsNoNumber(level: DispatchLevel) throws {
        let kernels = try kernels(level)
        var numbers = Numbers(35)
        let (rows, width) = (9, 48)
        // Few distinct values, so that there are equal ones.
        var x = numbers.list(4 * rows * width).map { ($0 * 3).rounded() }
        let gradient = numbers.list(rows * width)
        var (y, dx) = ([Float](repeating: 9, count: rows * width), [Float](repeating: 9, count: 4 * rows * width))
        kernels.reluPool4(rows: rows, width: width, x, &y)
        kernels.reluPool4Backward(rows: rows, width: width, x, y, gradient: gradient, &dx)
        for row in 0..<rows {
            for j in 0..<width {
                let column = (0..<4).map { x[(4 * row + $0) * width + j] }
                let top = max(0, column.max() ?? 0)
                #expect(y[row * width + j] == top)
                let first = top > 0 ? column.firstIndex(of: top) : nil
                for k in 0..<4 {
                    #expect(dx[(4 * row + k) * width + j] == (k == first ? gradient[row * width + j] : 0))
                }
            }
        }
        for k in 0..<4 {
            x[k * width + k] = .nan
            kernels.reluPool4(rows: rows, width: width, x, &y)
            #expect(y[k].isNaN)
        }
    }

    @Test(arguments: DispatchLevel.available)
    func additionAndAdamWAreExact(level: DispatchLevel) throws {
        let kernels = try kernels(level)
        var numbers = Numbers(36)
        for count in [1, 15, 16, 50] {
            let (gradients, before) = (numbers.list(count), numbers.list(count))
            var sum = before
            kernels.add(count, gradients, to: &sum)
            #expect(sum == zip(before, gradients).map { $0 + $1 })
            let (mean, square) = (numbers.list(count), numbers.list(count).map { $0 * $0 })
            var (values, first, second) = (before, mean, square)
            kernels.adamW(
                count,
                rate: 0.01,
                decay: 0.1,
                betas: (0.9, 0.999),
                epsilon: 1e-8,
                corrections: (0.3, 0.002),
                gradientFactor: 0.5,
                gradients: gradients,
                values: &values,
                first: &first,
                second: &second
            )
            let means = (0..<count).map { (place: Int) -> Double in
                0.9 * Double(mean[place]) + 0.1 * 0.5 * Double(gradients[place])
            }
            let squares = (0..<count).map { (place: Int) -> Double in
                let gradient = 0.5 * Double(gradients[place])
                return 0.999 * Double(square[place]) + 0.001 * gradient * gradient
            }
            #expect(largestError(first, means) < 1e-6)
            #expect(largestError(second, squares) < 1e-6)
            let stepped = (0..<count).map { (place: Int) -> Double in
                let shrunk = Double(before[place]) * (1 - 0.01 * 0.1)
                let denominator = (squares[place] / 0.002).squareRoot() + 1e-8
                return shrunk - 0.01 * means[place] / 0.3 / denominator
            }
            #expect(largestError(values, stepped) < 1e-5)
        }
    }
}
