import Glibc

/// The detections of one group of bands. Each band is compared with its own mean: of one band that is the ordinary
/// statistic, of several one with an intercept for each.
struct BandGroup {
    /// Those of each band by time, band after band. A band with one detection is left out.
    private let rows: [RecentCurve.Detection]
    /// Where each band stands.
    private let bands: [Range<Int>]

    /// - Parameter detections: by time.
    init(_ detections: [RecentCurve.Detection]) {
        var rows: [RecentCurve.Detection] = []
        var bands: [Range<Int>] = []
        rows.reserveCapacity(detections.count)
        for (place, row) in detections.enumerated() {
            let wavelength = row.wavelength
            // A band is gathered at its first detection.
            if rows.contains(where: { $0.wavelength == wavelength }) { continue }
            let start = rows.count
            for other in detections[place...] where other.wavelength == wavelength { rows.append(other) }
            if rows.count - start < 2 { rows.removeSubrange(start...) } else { bands.append(start..<rows.count) }
        }
        self.rows = rows
        self.bands = bands
    }

    /// Whether nothing can be said of trend or scatter.
    var isEmpty: Bool { rows.isEmpty }

    /// Whether all fluxes have one sign.
    var isOfOneSign: Bool { rows.allSatisfy { ($0.flux < 0) == (rows[0].flux < 0) } }

    /// The greatest range of the magnitudes of one band.
    var range: Double {
        bands.reduce(0) { range, band in
            var (least, most) = (Double.infinity, -Double.infinity)
            for row in rows[band] {
                least = min(least, row.magnitude)
                most = max(most, row.magnitude)
            }
            return max(range, most - least)
        }
    }

    /// Reduced chi squared of a flux that is constant in each band.
    var chi2: Double {
        let weights = rows.map { 1 / ($0.error * $0.error) }
        let fluxes = centred(rows.map(\.flux), weights)
        var sum = 0.0
        for (flux, weight) in zip(fluxes, weights) { sum += weight * flux * flux }
        return sum / Double(rows.count - bands.count)
    }

    /// Standard deviation of the fluxes over the mean |flux|.
    var deviation: Double {
        let count = Double(rows.count)
        let fluxes = centred(rows.map(\.flux))
        return (Self.product(fluxes, fluxes) / count).squareRoot() / (rows.reduce(0) { $0 + abs($1.flux) } / count)
    }

    /// Magnitudes a day, weighted by significance squared; NaN of less than half a day.
    var slope: Double {
        slope(
            weights: rows.map {
                let significance = $0.flux / $0.error
                return significance * significance
            }
        )
    }

    /// Magnitudes a day of the four newest detections, not weighted.
    var lateSlope: Double {
        if rows.count <= 4 { return slope(weights: nil) }
        let byTime = bands.count == 1 ? rows : rows.sorted { ($0.time, $0.wavelength) < ($1.time, $1.wavelength) }
        return BandGroup(Array(byTime.suffix(4))).slope(weights: nil)
    }

    private func slope(weights: [Double]?) -> Double {
        guard span >= 0.5 else { return .nan }
        let times = centred(rows.map(\.time), weights)
        let magnitudes = centred(rows.map(\.magnitude), weights)
        var (above, below) = (0.0, 0.0)
        for (place, time) in times.enumerated() {
            let weight = weights?[place] ?? 1
            above += weight * time * magnitudes[place]
            below += weight * time * time
        }
        return above / below
    }

    /// A parabola through the magnitudes, one for all bands but for its height.
    struct Parabola {
        /// Magnitudes a day squared.
        var curvature: Double
        /// Root mean square of the magnitudes about it.
        var scatter: Double
        /// `scatter` over the root mean square of the magnitudes' errors.
        var scatterInErrors: Double
    }

    /// The least squares fit; nil of less than four detections (one more for each further band) or 3 days, and where the
    /// times do not tell a parabola from a line.
    var parabola: Parabola? {
        guard rows.count - bands.count >= 3, span > 3 else { return nil }
        let middle = rows.reduce(0) { $0 + $1.time } / Double(rows.count)
        let times = centred(rows.map(\.time))
        let squares = centred(rows.map { ($0.time - middle) * ($0.time - middle) })
        // Gram-Schmidt, twice: times of two nights leave little of the squares.
        var shape = Self.orthogonal(squares, to: times)
        shape = Self.orthogonal(shape, to: times)
        let rest = Self.product(shape, shape)
        guard rest > 1e-24 * Self.product(squares, squares) else { return nil }
        let magnitudes = Self.orthogonal(centred(rows.map(\.magnitude)), to: times)
        let curvature = Self.product(shape, magnitudes) / rest
        let residuals = Self.orthogonal(magnitudes, to: shape)
        let count = Double(rows.count)
        let scatter = (Self.product(residuals, residuals) / count).squareRoot()
        let variance = rows.reduce(0) {
            let error = Self.magnitudeError * $1.error / $1.flux
            return $0 + error * error
        }
        return Parabola(
            curvature: curvature,
            scatter: scatter,
            scatterInErrors: scatter / (variance / count).squareRoot()
        )
    }

    /// 2.5 / ln 10: the error of a magnitude is that times the relative error of the flux.
    private static let magnitudeError = 1.0857

    /// The longest time that one band spans, in days.
    private var span: Double {
        bands.reduce(0) { max($0, rows[$1.upperBound - 1].time - rows[$1.lowerBound].time) }
    }

    /// A column less the mean of its band.
    private func centred(_ column: [Double], _ weights: [Double]? = nil) -> [Double] {
        var column = column
        for band in bands {
            var (sum, weight) = (0.0, 0.0)
            for place in band {
                let own = weights?[place] ?? 1
                sum += own * column[place]
                weight += own
            }
            let mean = sum / weight
            for place in band { column[place] -= mean }
        }
        return column
    }

    private static func product(_ left: [Double], _ right: [Double]) -> Double {
        var sum = 0.0
        for (left, right) in zip(left, right) { sum += left * right }
        return sum
    }

    /// A column less its part along another one.
    private static func orthogonal(_ column: [Double], to other: [Double]) -> [Double] {
        let factor = product(column, other) / product(other, other)
        return zip(column, other).map { $0 - factor * $1 }
    }
}
