import Ground
import Glibc

@testable import Variability

/// Light curves by formula, the same on every machine: what the expected numbers of these tests were computed from
/// elsewhere.
struct SyntheticCurve {
    enum Shape {
        case sinusoid
        case eclipsing
        case pulsating
        case noise
    }

    var seed: UInt64
    var count: Int
    var span: Double
    var period: Double
    var shape: Shape
    var bands = 1
    /// Observed within five hours of each night, else at any time.
    var isNightly = true

    /// Magnitudes: in each further band fainter by 0.4 and with 0.8 times the amplitude.
    var photometry: StarPhotometry {
        var random = SplitMix64(seed: seed)
        let points = (0..<count).map { place -> StarPhotometry.Point in
            let a = (Double(random.uniform()) + 1) / 2 * span
            let b = Double(random.uniform())
            let time = 59000 + (isNightly ? a.rounded(.down) + 0.1 * b : a)
            let band = place % bands
            let error = 0.03 * (1 + 0.5 * Double(random.uniform()))
            let noise = 2 * error * Double(random.uniform())
            let magnitude = 15 + 0.4 * Double(band) + pow(0.8, Double(band)) * variation(at: time) + noise
            return .init(time: time, value: Float(magnitude), error: Float(error), band: band)
        }
        return StarPhotometry(points: points)
    }

    private func variation(at time: Double) -> Double {
        let turns = time / period
        let phase = turns - turns.rounded(.down)
        switch shape {
        case .sinusoid: return 0.3 * sin(2 * Double.pi * phase)
        case .eclipsing:
            return 0.7 * exp(-pow((phase - 0.31) / 0.06, 2)) + 0.4 * exp(-pow((phase - 0.81) / 0.06, 2))
        case .pulsating: return phase < 0.15 ? 0.5 - 1.0 * phase / 0.15 : -0.5 + (phase - 0.15) / 0.85
        case .noise: return 0
        }
    }
}

extension SyntheticCurve {
    static let sinusoid = Self(seed: 1, count: 60, span: 400, period: 2.3456, shape: .sinusoid)
    static let eclipsing = Self(seed: 2, count: 300, span: 2900, period: 3.21987, shape: .eclipsing)
    static let pulsating = Self(seed: 3, count: 120, span: 800, period: 0.56789, shape: .pulsating)
    static let anyTime = Self(seed: 4, count: 25, span: 30, period: 0.13579, shape: .pulsating, isNightly: false)
    static let noise = Self(seed: 5, count: 40, span: 60, period: 1, shape: .noise)
    static let twoBands = Self(seed: 6, count: 50, span: 300, period: 0.61234, shape: .pulsating, bands: 2)
    static let threeBands = Self(seed: 7, count: 90, span: 1500, period: 11.2233, shape: .sinusoid, bands: 3)
}
