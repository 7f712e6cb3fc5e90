import Glibc

/// The usable points of a search, band after band: weights that add up to 1, values about their band's mean and in
/// units of its scatter.
///
/// The model is one sinusoid for all bands with a mean of each band (the shared-phase model of VanderPlas & Ivezic
/// 2015, ApJ 812, 18), and its amplitude in a band is in proportion to the band's scatter. It has two parameters more
/// than the means, however many bands there are; a sinusoid of each band (their multi-phase model) has twelve in six
/// bands, too many for the twenty points with which a search begins. Since errors are divided by the scatter too, a
/// band of noise weighs little. In one band it is the generalised periodogram of Zechmeister & Kuerster 2009, A&A 496,
/// 577.
struct SearchedPoints {
    /// Most bands that are looked at: those with the most points.
    static let mostBands = 8

    /// Days since the first point.
    private(set) var times: [Double] = []
    private(set) var weights: [Double] = []
    private(set) var values: [Double] = []
    /// weight x value.
    private(set) var products: [Double] = []
    /// Where each band's points stand, and the sum of their weights.
    private(set) var bands: [(range: Range<Int>, weight: Double)] = []
    /// Days from the first point to the last.
    private(set) var span = 0.0

    var count: Int { times.count }

    /// Those of the usable points that stand in a band with two points or more that are not all alike. Nil if they are
    /// fewer than `minimum` or all of one time.
    init?(_ photometry: StarPhotometry, minimum: Int) {
        let points = photometry.points
            .filter(\.isUsable)
            .sorted(by: StarPhotometry.Point.precedes)
        var ofBand: [Int: [StarPhotometry.Point]] = [:]
        for point in points { ofBand[point.band, default: []].append(point) }
        let fullest = ofBand.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.prefix(Self.mostBands)
        for (_, points) in fullest.sorted(by: { $0.key < $1.key }) { append(points) }
        guard count >= minimum, let first = times.min(), let last = times.max(), last > first else { return nil }

        span = last - first
        let total = weights.reduce(0, +)
        for place in times.indices {
            times[place] -= first
            weights[place] /= total
            products.append(weights[place] * values[place])
        }
        for place in bands.indices { bands[place].weight /= total }
        guard total.isFinite, span.isFinite else { return nil }
    }

    /// Appends the points of a band, unless they say nothing.
    private mutating func append(_ points: [StarPhotometry.Point]) {
        let errors = Self.errors(points)
        let known = errors.map { 1 / ($0 * $0) }
        let sum = known.reduce(0, +)
        let mean = zip(known, points).reduce(0) { $0 + $1.0 * Double($1.1.value) } / sum
        let variance = zip(known, points).reduce(0) { $0 + $1.0 * pow(Double($1.1.value) - mean, 2) } / sum
        let largest = points.reduce(0) { max($0, abs(Double($1.value))) }
        guard points.count > 1, variance.squareRoot() > 1e-9 * largest else { return }

        let begin = count
        let scatter = variance.squareRoot()
        for (point, weight) in zip(points, known) {
            times.append(point.time)
            weights.append(weight * variance)
            values.append((Double(point.value) - mean) / scatter)
        }
        bands.append((begin..<count, sum * variance))
    }

    /// The errors of a band's points. One that is not known is the median of those that are; none is below the median /
    /// sqrt(10), so that no point weighs more than ten of the common ones.
    private static func errors(_ points: [StarPhotometry.Point]) -> [Double] {
        let known = points.map(\.error).filter { $0.isFinite && $0 > 0 }.map(Double.init)
        guard let common = median(known) else { return unknownErrors(points) }
        return points.map { point in
            point.error.isFinite && point.error > 0 ? max(Double(point.error), common / 10.0.squareRoot()) : common
        }
    }

    /// Where a band has no errors at all: its scatter, so that it weighs as a band of noise.
    private static func unknownErrors(_ points: [StarPhotometry.Point]) -> [Double] {
        let mean = points.reduce(0) { $0 + Double($1.value) } / Double(points.count)
        let variance = points.reduce(0) { $0 + pow(Double($1.value) - mean, 2) } / Double(points.count)
        return Array(repeating: variance > 0 ? variance.squareRoot() : 1, count: points.count)
    }

    /// The share of chi2 about the bands' means that the best sinusoid of a frequency (per day) removes, 0 ... 1.
    func power(at frequency: Double) -> Double {
        let turn = 2 * Double.pi * frequency
        var cosines = 0.0
        var sines = 0.0
        var normal = NormalEquations<Double>()
        for band in bands {
            var bandCosines = 0.0
            var bandSines = 0.0
            for place in band.range {
                let cosine = cos(turn * times[place])
                let sine = sin(turn * times[place])
                let weight = weights[place]
                bandCosines += weight * cosine
                bandSines += weight * sine
                normal.cosine += weight * cosine * cosine
                normal.sine += weight * sine * sine
                normal.mixed += weight * cosine * sine
                cosines += products[place] * cosine
                sines += products[place] * sine
            }
            normal.cosine -= bandCosines * bandCosines / band.weight
            normal.sine -= bandSines * bandSines / band.weight
            normal.mixed -= bandCosines * bandSines / band.weight
        }
        return normal.power(cosines, sines, ridge: 1e-9)
    }
}
