import Glibc
import Tensor
import Testing

/// Matrix products against the same sums in double precision, at every dispatch level.
@Suite struct PackedLinearTests {
    @Test(arguments: DispatchLevel.available)
    func everyNumberOfRowsIsExact(level: DispatchLevel) throws {
        // Rows around the micro-kernel's tile, columns around its panel, depths around its block.
        for (outputs, inputs) in [(1, 1), (5, 27), (16, 3), (31, 64), (32, 32), (33, 9), (70, 513)] {
            for rows in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 28, 29, 113] {
                try check(level, rows: rows, inputs: inputs, outputs: outputs, epilogue: .plain)
            }
        }
    }

    @Test(arguments: DispatchLevel.available, [Kernels.Epilogue.plain, .relu, .gelu, .accumulate])
    func everyEpilogueIsExact(level: DispatchLevel, epilogue: Kernels.Epilogue) throws {
        for (rows, inputs, outputs) in [(7, 40, 45), (15, 600, 33), (115, 1100, 64), (1, 128, 384)] {
            try check(level, rows: rows, inputs: inputs, outputs: outputs, epilogue: epilogue)
        }
    }

    @Test(arguments: DispatchLevel.available)
    func inputRowsMayOverlap(level: DispatchLevel) throws {
        // A convolution of width 3 over 4 channels: windows of 12 that move by 4.
        var numbers = Numbers(5)
        let signal = numbers.list(22 * 4)
        let weight = numbers.list(6 * 12)
        let linear = PackedLinear(
            weight: weight,
            bias: nil,
            inputs: 12,
            outputs: 6,
            kernels: try #require(Kernels(level: level))
        )
        let output = AlignedFloats(count: 20 * 6)
        linear.apply(rows: 20, input: signal, inputStride: 4, output: output.pointer)
        let expected = (0..<20).flatMap { row in
            (0..<6).map { column in
                (0..<12).reduce(0.0) { $0 + Double(signal[row * 4 + $1]) * Double(weight[column * 12 + $1]) }
            }
        }
        #expect(largestError(output.values(120), expected) < 2e-6)
    }

    @Test func aRowDoesNotDependOnItsBatch() throws {
        var numbers = Numbers(6)
        for level in DispatchLevel.available {
            let linear = PackedLinear(
                weight: numbers.list(96 * 700),
                bias: numbers.list(96),
                inputs: 700,
                outputs: 96,
                kernels: try #require(Kernels(level: level))
            )
            let input = numbers.list(120 * 700)
            let together = AlignedFloats(count: 120 * 96)
            linear.apply(rows: 120, input: input, output: together.pointer, epilogue: .gelu)
            let alone = AlignedFloats(count: 96)
            for row in 0..<120 {
                let line = Array(input[row * 700..<(row + 1) * 700])
                linear.apply(rows: 1, input: line, output: alone.pointer, epilogue: .gelu)
                #expect(alone.values(96) == Array(together.values(120 * 96)[row * 96..<(row + 1) * 96]))
            }
        }
    }

    @Test func openBLASIsOfTheSameOpinion() {
        var numbers = Numbers(7)
        let (m, k, n) = (37, 130, 51)
        let a = numbers.list(m * k)
        let b = numbers.list(n * k)
        let linear = PackedLinear(weight: b, bias: nil, inputs: k, outputs: n, kernels: .best)
        let output = AlignedFloats(count: m * n)
        linear.apply(rows: m, input: a, output: output.pointer)
        var product = [Float](repeating: 1, count: m * n)
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                guard let a = a.baseAddress, let b = b.baseAddress else { return }
                Float.multiply(
                    MatrixOperand(a, stride: k),
                    MatrixOperand(b, stride: k).transposed,
                    m: m,
                    k: k,
                    n: n,
                    into: &product,
                    stride: n
                )
            }
        }
        #expect(largestError(output.values(m * n), product.map(Double.init)) < 2e-5)
    }

    private func check(_ level: DispatchLevel, rows: Int, inputs: Int, outputs: Int, epilogue: Kernels.Epilogue) throws
    {
        var numbers = Numbers(UInt64(rows * 1_000_003 + inputs * 1009 + outputs))
        let a = numbers.list(rows * inputs)
        let weight = numbers.list(outputs * inputs)
        let bias = numbers.list(outputs)
        let before = numbers.list(rows * outputs + 1)
        let linear = PackedLinear(
            weight: weight,
            bias: bias,
            inputs: inputs,
            outputs: outputs,
            kernels: try #require(Kernels(level: level))
        )
        let output = AlignedFloats(before)
        linear.apply(rows: rows, input: a, output: output.pointer, epilogue: epilogue)
        var expected: [Double] = []
        for row in 0..<rows {
            for column in 0..<outputs {
                var sum = Double(bias[column])
                for i in 0..<inputs { sum += Double(a[row * inputs + i]) * Double(weight[column * inputs + i]) }
                switch epilogue {
                case .plain: break
                case .relu: sum = max(sum, 0)
                case .gelu: sum = sum / 2 * (1 + erf(sum / 2.0.squareRoot()))
                case .accumulate: sum += Double(before[row * outputs + column])
                }
                expected.append(sum)
            }
        }
        let error = largestError(output.values(rows * outputs), expected)
        // Each of the roundings is half a unit of a sum that grows with the root of the terms so far: in all about
        // 6e-8 * inputs / 4 at one standard deviation, of which the largest of thousands is taken.
        #expect(error < 1e-7 * Double(inputs) + 2e-6, "\(rows) x \(inputs) x \(outputs) \(epilogue)")
        // Nothing is written beyond the last element.
        #expect(output.values(before.count).last == before.last)
    }
}
