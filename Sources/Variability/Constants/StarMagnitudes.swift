/// The usable magnitudes of a star by time, those of further bands shifted to the best-sampled one, with a known error
/// each.
struct StarMagnitudes {
    /// Where no error of a star is known.
    private static let unknownError = 0.05

    /// Days since the first point.
    private(set) var times: [Double] = []
    private(set) var magnitudes: [Double] = []
    private(set) var errors: [Double] = []

    var count: Int { times.count }

    /// The usable points.
    init(_ photometry: StarPhotometry) {
        let points = photometry.points
            .filter(\.isUsable)
            .sorted(by: StarPhotometry.Point.precedes)
        guard let first = points.first else { return }
        let known = points.map(\.error).filter { $0.isFinite && $0 > 0 }.map(Double.init)
        let common = median(known) ?? Self.unknownError
        let shifts = Self.shifts(points)
        for point in points {
            let error = Double(point.error)
            times.append(point.time - first.time)
            magnitudes.append(Double(point.value) + (shifts[point.band] ?? 0))
            errors.append(error.isFinite && error > 0 ? error : common)
        }
    }

    /// What is added to the magnitudes of each band but the one with the most points, so that their medians agree.
    private static func shifts(_ points: [StarPhotometry.Point]) -> [Int: Double] {
        var ofBand: [Int: [Double]] = [:]
        for point in points { ofBand[point.band, default: []].append(Double(point.value)) }
        let best = ofBand.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }
        guard ofBand.count > 1, let best, let level = median(best.value) else { return [:] }
        return ofBand.filter { $0.key != best.key }.compactMapValues { values in median(values).map { level - $0 } }
    }
}
