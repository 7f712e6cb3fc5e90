import Glibc
import Tensor
import Testing

/// Attention against the same sums in double precision, at every dispatch level.
@Suite struct AttentionTests {
    static let lengths = [1, 2, 3, 7, 8, 14, 15, 16, 17, 28, 31, 32, 33, 48, 64, 100, 200]

    @Test(arguments: DispatchLevel.available, lengths)
    func attentionIsExact(level: DispatchLevel, length: Int) throws {
        let kernels = try #require(Kernels(level: level))
        let heads = 3
        let width = heads * Kernels.headWidth
        var numbers = Numbers(UInt64(length))
        // Large scores too, so that the softmax is far from flat.
        let qkv = numbers.list(length * 3 * width).map { 3 * $0 }
        let expected = reference(qkv, length: length, heads: heads)
        let scratch = AlignedFloats(count: Kernels.attentionScratch(length: length))
        defer { withExtendedLifetime(scratch) {} }
        let output = AlignedFloats(count: length * width)
        kernels.attention(
            length: length,
            heads: heads,
            qkv: qkv,
            stride: 3 * width,
            output: output.pointer,
            rowStride: width,
            headStride: Kernels.headWidth,
            scratch: scratch.pointer
        )
        let interleaved = (0..<length).flatMap { row in (0..<heads).flatMap { expected[$0][row] } }
        #expect(largestError(output.values(length * width), interleaved) < 5e-6)
        kernels.attention(
            length: length,
            heads: heads,
            qkv: qkv,
            stride: 3 * width,
            output: output.pointer,
            rowStride: Kernels.headWidth,
            headStride: length * Kernels.headWidth,
            scratch: scratch.pointer
        )
        let apart = expected.flatMap { $0.flatMap(\.self) }
        #expect(largestError(output.values(length * width), apart) < 5e-6)
    }

    @Test(arguments: DispatchLevel.available)
    func scoresFarApartDoNotOverflow(level: DispatchLevel) throws {
        let kernels = try #require(Kernels(level: level))
        var numbers = Numbers(1)
        let qkv = numbers.list(9 * 96).map { 400 * $0 }
        let output = AlignedFloats(count: 9 * 32)
        let scratch = AlignedFloats(count: Kernels.attentionScratch(length: 9))
        defer { withExtendedLifetime(scratch) {} }
        kernels.attention(
            length: 9,
            heads: 1,
            qkv: qkv,
            stride: 96,
            output: output.pointer,
            rowStride: 32,
            headStride: 32,
            scratch: scratch.pointer
        )
        let expected = reference(qkv, length: 9, heads: 1)[0].flatMap(\.self)
        #expect(largestError(output.values(9 * 32), expected) < 1e-2)
    }

    /// By head, by step, 32 values.
    private func reference(_ qkv: [Float], length: Int, heads: Int) -> [[[Double]]] {
        let width = heads * 32
        func value(_ step: Int, _ part: Int, _ head: Int, _ d: Int) -> Double {
            Double(qkv[step * 3 * width + part * width + head * 32 + d])
        }
        return (0..<heads).map { head in
            (0..<length).map { row in
                let scores = (0..<length).map { key in
                    (0..<32).reduce(0.0) { $0 + value(row, 0, head, $1) * value(key, 1, head, $1) } / 32.0.squareRoot()
                }
                let top = scores.max() ?? 0
                let weights = scores.map { exp($0 - top) }
                let sum = weights.reduce(0, +)
                return (0..<32).map { d in
                    (0..<length).reduce(0.0) { $0 + weights[$1] * value($1, 2, head, d) } / sum
                }
            }
        }
    }
}
