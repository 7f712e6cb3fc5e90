import CKissFFT

/// The power at multiples of a frequency step, by three transforms and one more for each further band: of weights at doubled
/// times (Press & Rybicki 1989, ApJ 338, 277), of each band's weights, and of weighted values.
struct Periodogram {
    /// Index k: at k steps. Right to some 1e-4.
    private(set) var power: [Float] = []

    private var normal: [NormalEquations<Float>] = []

    /// Computes the power up to the transform's last frequency; keeps its memory for the next time.
    mutating func compute(_ points: SearchedPoints, step: Double, _ transform: SpreadTransform) {
        let count = transform.frequencies + 1
        power.resize(to: count, 0)
        normal.resize(to: count, NormalEquations())

        // cos^2 = (1 + cos 2x) / 2, and so on. The sign of sines is the other way round throughout, which no power sees.
        transform.transform(points.weights[...], at: points.times[...], times: 2 * step)
        transform.forEachSum { k, cosine, sine in
            normal[k] = NormalEquations(cosine: (1 + cosine) / 2, sine: (1 - cosine) / 2, mixed: sine / 2)
        }
        for band in points.bands {
            transform.transform(points.weights[band.range], at: points.times[band.range], times: step)
            let inverse = Float(1 / band.weight)
            transform.forEachSum { k, cosine, sine in
                normal[k].cosine -= cosine * cosine * inverse
                normal[k].sine -= sine * sine * inverse
                normal[k].mixed -= cosine * sine * inverse
            }
        }
        transform.transform(points.products[...], at: points.times[...], times: step)
        transform.forEachSum { k, cosine, sine in
            power[k] = normal[k].power(cosine, sine, ridge: 1e-5)
        }
    }
}

extension Array {
    fileprivate mutating func resize(to count: Int, _ value: Element) {
        guard self.count != count else { return }
        self = Array(repeating: value, count: count)
    }
}

extension SpreadTransform {
    /// The corrected sums of the last transform.
    @inline(__always)
    fileprivate func forEachSum(_ body: (Int, Float, Float) -> Void) {
        for k in 0...frequencies {
            body(k, sums[k].r * correction[k], sums[k].i * correction[k])
        }
    }
}
