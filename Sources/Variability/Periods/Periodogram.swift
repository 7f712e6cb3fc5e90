import Glibc

/// The power at multiples of a frequency step.
///
/// It takes a transform of weights at doubled times (Press & Rybicki 1989, ApJ 338, 277), one of each band's weights,
/// and one of weighted values. Each is made in segments: the points are turned back by the segment's middle frequency,
/// so that a small grid will do, which stays in the processor's cache (transforms of all frequencies on one grid take
/// three times as long).
struct Periodogram {
    /// By multiple of the step, from `range.lowerBound` on. Right to some 1e-4.
    private(set) var power: [Float] = []

    /// Computes the power at the multiples of a range; keeps its memory for the next time.
    mutating func compute(_ points: SearchedPoints, step: Double, range: ClosedRange<Int>, _ transform: SpreadTransform)
    {
        let reach = transform.reach
        let width = 2 * reach + 1
        let segments = (range.count + width - 1) / width
        if power.count != segments * width { power = Array(repeating: 0, count: segments * width) }
        var normal = Array(repeating: NormalEquations<Float>(), count: width)

        let places = points.times.map { transform.place($0 * step) }
        let doubled = points.times.map { transform.place($0 * step * 2) }
        var turned = points.times.map { Rotation(turns: -$0 * step * Double(range.lowerBound + reach)) }
        let turn = points.times.map { Rotation(turns: -$0 * step * Double(width)) }

        for segment in 0..<segments {
            // cos^2 = (1 + cos 2x) / 2, and so on. The sign of sines is the other way round throughout, which no power
            // sees.
            for place in 0..<points.count {
                let weight = points.weights[place]
                let twice = turned[place] * turned[place]
                transform.add(Float(weight * twice.cosine), Float(weight * twice.sine), at: doubled[place])
            }
            transform.transform()
            for k in -reach...reach {
                let (cosine, sine) = transform[k]
                normal[k + reach] = .init(cosine: (1 + cosine) / 2, sine: (1 - cosine) / 2, mixed: sine / 2)
            }
            for band in points.bands {
                for place in band.range {
                    let weight = points.weights[place]
                    let rotation = turned[place]
                    transform.add(Float(weight * rotation.cosine), Float(weight * rotation.sine), at: places[place])
                }
                transform.transform()
                let inverse = Float(1 / band.weight)
                for k in -reach...reach {
                    let (cosine, sine) = transform[k]
                    normal[k + reach].cosine -= cosine * cosine * inverse
                    normal[k + reach].sine -= sine * sine * inverse
                    normal[k + reach].mixed -= cosine * sine * inverse
                }
            }
            for place in 0..<points.count {
                let product = points.products[place]
                let rotation = turned[place]
                transform.add(Float(product * rotation.cosine), Float(product * rotation.sine), at: places[place])
                turned[place] = rotation * turn[place]
            }
            transform.transform()
            for k in -reach...reach {
                let (cosine, sine) = transform[k]
                power[segment * width + k + reach] = normal[k + reach].power(cosine, sine, ridge: 1e-5)
            }
        }
    }
}

/// A turn in the plane.
private struct Rotation {
    var cosine: Double
    var sine: Double

    init(turns: Double) {
        let angle = 2 * Double.pi * (turns - turns.rounded())
        cosine = cos(angle)
        sine = sin(angle)
    }

    private init(cosine: Double, sine: Double) {
        self.cosine = cosine
        self.sine = sine
    }

    @inline(__always)
    static func * (left: Self, right: Self) -> Self {
        Self(
            cosine: left.cosine * right.cosine - left.sine * right.sine,
            sine: left.cosine * right.sine + left.sine * right.cosine
        )
    }
}
