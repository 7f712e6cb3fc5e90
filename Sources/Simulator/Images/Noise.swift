/// Normal noise, drawn once and read from many places.
struct Noise: Sendable {
    private let values: [Float]
    private static let count = 1 << 16

    init(seed: UInt64) {
        var random = RandomStream(seed, .image, 0, 1)
        values = (0..<Self.count).map { _ in Float(random.normal()) }
    }

    /// `count` values of standard deviation 1, a stretch that depends on the bits given.
    func stretch(_ count: Int, _ bits: UInt64) -> ArraySlice<Float> {
        let start = Int(bits % UInt64(Self.count - count))
        return values[start..<start + count]
    }
}
