import Tensor

/// Numbers for tests, the same in each run: a linear congruential generator, uniform in (-1, 1).
struct Numbers {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 2_862_933_555_777_941_757 &+ 3_037_000_493 }

    mutating func next() -> Float {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(Double(state >> 40) / 8_388_608 - 1)
    }

    mutating func list(_ count: Int) -> [Float] { (0..<count).map { _ in next() } }
}

extension AlignedFloats {
    /// Memory that holds a list.
    convenience init(_ values: [Float]) {
        self.init(count: values.count)
        for (place, value) in values.enumerated() { pointer[place] = value }
    }

    func values(_ count: Int) -> [Float] {
        withExtendedLifetime(self) { Array(UnsafeBufferPointer(start: pointer, count: count)) }
    }
}

/// The largest difference between single and double precision.
func largestError(_ values: [Float], _ expected: [Double]) -> Double {
    guard values.count == expected.count else { return .infinity }
    return zip(values, expected).map { abs(Double($0) - $1) }.max() ?? 0
}
