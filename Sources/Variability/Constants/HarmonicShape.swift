import Glibc

/// The shape of a folded light curve as a sum of harmonics, rotated so that its maximum is at phase 0: the faintest
/// point, where what was fitted is in magnitudes or negative flux.
struct HarmonicShape {
    private static let steps = 128
    private static let turn: [(cosine: Double, sine: Double)] = (0..<steps).map {
        (cos(2 * Double.pi * Double($0) / Double(steps)), sin(2 * Double.pi * Double($0) / Double(steps)))
    }

    /// Coefficients of cos and sin of the harmonics 1, 2 ..., after the rotation.
    private(set) var cosines: [Double]
    private(set) var sines: [Double]
    /// The phase of the maximum before the rotation, in turns: a multiple of 1/128.
    let maximum: Double
    /// The largest value less the smallest.
    let range: Double
    /// The height above the minimum of what is highest half a turn away, within 0.08 turns, over the range.
    let second: Double

    /// The shape of coefficients: a constant, which does not count, then cos and sin of each harmonic.
    init(coefficients: [Double]) {
        let harmonics = (coefficients.count - 1) / 2
        var values = Array(repeating: 0.0, count: Self.steps)
        let turn = Self.turn
        for k in 1...harmonics {
            let (cosine, sine) = (coefficients[2 * k - 1], coefficients[2 * k])
            for step in 0..<Self.steps {
                let angle = turn[(step * k) & (Self.steps - 1)]
                values[step] += cosine * angle.cosine + sine * angle.sine
            }
        }
        var highest = 0
        var lowest = 0
        for step in 1..<Self.steps {
            if values[step] > values[highest] { highest = step }
            if values[step] < values[lowest] { lowest = step }
        }
        maximum = Double(highest) / Double(Self.steps)
        range = values[highest] - values[lowest]
        let opposite = (54...74).map { values[(highest + $0) & (Self.steps - 1)] }.max() ?? 0
        second = (opposite - values[lowest]) / (range + 1e-3)
        cosines = []
        sines = []
        for k in 1...harmonics {
            let (cosine, sine) = (coefficients[2 * k - 1], coefficients[2 * k])
            let angle = turn[(highest * k) & (Self.steps - 1)]
            cosines.append(cosine * angle.cosine + sine * angle.sine)
            sines.append(sine * angle.cosine - cosine * angle.sine)
        }
    }
}
