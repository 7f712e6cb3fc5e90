internal import Glibc
internal import Ground
internal import Sky
internal import Variability

/// When and how deep a survey looked at the place of an alert: the nights of a real packet, so that cadence does not tell where
/// a light curve comes from.
package struct PacketSchedule: Sendable, Hashable {
    /// One exposure.
    package struct Visit: Sendable, Hashable {
        /// Days before (below 0) the packet's alert.
        package var days: Double
        /// Nanometres.
        package var wavelength: Float
        /// Flux of 5 sigma, nJy.
        package var limit: Float

        var isBlue: Bool { BandColour(wavelength: wavelength) == .blue }
    }

    package var visits: [Visit]

    /// The schedule of a packet's history; nil where it is too short to show anything.
    init?(_ curve: ObservedCurve) {
        guard let last = curve.points.last, curve.points.count >= 6, curve.points[0].mjd < last.mjd - 15 else {
            return nil
        }
        // The limits of an exposure with a detection are not told: the deepest that its error allows.
        let limits = curve.points.filter(\.isLimit).map(\.flux).sorted()
        let usual = limits.isEmpty ? 27_000 : limits[limits.count / 2]
        visits = curve.points.map { point in
            let limit = point.isLimit ? point.flux : min(5 * (point.error.isFinite ? point.error : usual / 5), usual)
            return Visit(days: point.mjd - last.mjd, wavelength: point.wavelength, limit: max(limit, 3_000))
        }
    }
}

/// A light curve in two bands, blue and red, which other nights are filled from.
struct BandCurves {
    private struct Band {
        var times: [Double] = []
        var fluxes: [Float] = []
        var reference: Float = 0
    }

    private var blue = Band()
    private var red = Band()
    private let isDifference: Bool
    private var hasBoth: Bool
    /// A curve of one band is taken for both half of the time, with a colour; else only nights in one band are filled.
    private var usesBlue = true
    private var usesRed = true
    private var colour: Float = 1

    init(_ curve: ObservedCurve, _ rule: DrawRule, _ generator: inout SplitMix64) {
        isDifference = curve.isDifference
        for point in curve.points where !point.isLimit {
            if BandColour(wavelength: point.wavelength) == .blue {
                blue.times.append(point.mjd)
                blue.fluxes.append(point.flux)
            } else {
                red.times.append(point.mjd)
                red.fluxes.append(point.flux)
            }
        }
        // A band with a few points is no band.
        let enough = max(3, curve.points.count / 10)
        hasBoth = blue.times.count >= enough && red.times.count >= enough
        if !hasBoth {
            if blue.times.count > red.times.count { red = blue } else { blue = red }
            if generator.chance(0.5) {
                colour = Float(pow(10, -0.4 * (0.5 + 0.5 * generator.normal())))
            } else {
                usesBlue = generator.chance(0.5)
                usesRed = !usesBlue
            }
        }
        if !isDifference {
            blue.reference = curve.reference(blue.fluxes, &generator)
            red.reference = hasBoth ? curve.reference(red.fluxes, &generator) : blue.reference
        }
    }

    /// Flux of the reference image in a band; 0 of a difference curve.
    func reference(isBlue: Bool) -> Float { isBlue ? blue.reference * colour : red.reference }

    /// By what fluxes are multiplied so that the brightness fits a survey of alerts.
    func scale(_ rule: DrawRule, _ generator: inout SplitMix64) -> Float {
        guard !isDifference else { return Float(pow(10, -0.4 * generator.between(-0.5, 0.5))) }
        let magnitude = ABMagnitude.of(Double(max(red.reference, 1)))
        let wanted: Double
        if let range = rule.brightness {
            wanted = generator.between(range.lowerBound, range.upperBound)
        } else {
            wanted = min(max(magnitude + 0.5 * generator.normal(), 13.2), 20.3)
        }
        return Float(pow(10, -0.4 * (wanted - magnitude)))
    }

    /// The difference flux at each visit of a schedule, NaN where it cannot be told.
    func fluxes(
        on schedule: PacketSchedule,
        _ rule: DrawRule,
        _ generator: inout SplitMix64
    ) -> [Float]? {
        let base = red.times.count >= blue.times.count ? red : blue
        guard base.times.count > 1 else { return nil }
        var fluxes = [Float](repeating: .nan, count: schedule.visits.count)
        if rule.isFast, !isDifference {
            var (night, start, epoch) = (Int.min, 0.0, 0.0)
            for (place, visit) in schedule.visits.enumerated() where visit.isBlue ? usesBlue : usesRed {
                let ofVisit = Int((visit.days - 0.3).rounded())
                if ofVisit != night {
                    (night, start) = (ofVisit, visit.days)
                    epoch = base.times[generator.index(below: base.times.count)]
                }
                let band = visit.isBlue ? blue : red
                guard let near = Self.nearest(band.times, epoch + visit.days - start) else { continue }
                fluxes[place] = (band.fluxes[near] - band.reference) * (visit.isBlue ? colour : 1)
            }
            return fluxes
        }
        let alert = base.times[generator.index(below: base.times.count)]
        for (place, visit) in schedule.visits.enumerated() where visit.isBlue ? usesBlue : usesRed {
            let (band, time) = (visit.isBlue ? blue : red, alert + visit.days)
            let flux = Self.interpolated(band.times, band.fluxes, at: time, gap: rule.gap)
            fluxes[place] = (flux - band.reference) * (visit.isBlue ? colour : 1)
            // Before it began there was nothing to see.
            if isDifference, rule.isTransient, let first = band.times.first, time < first - 1.5 { fluxes[place] = 0 }
        }
        return fluxes
    }

    private static func lowerBound(_ times: [Double], _ time: Double) -> Int {
        var (low, high) = (0, times.count)
        while low < high {
            let middle = (low + high) / 2
            if times[middle] < time { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func nearest(_ times: [Double], _ time: Double) -> Int? {
        guard !times.isEmpty else { return nil }
        let right = lowerBound(times, time)
        if right == 0 { return 0 }
        if right == times.count { return right - 1 }
        return time - times[right - 1] < times[right] - time ? right - 1 : right
    }

    /// Linear between neighbours that are near enough; else the neighbour within a day.
    private static func interpolated(_ times: [Double], _ fluxes: [Float], at time: Double, gap: Double) -> Float {
        let right = lowerBound(times, time)
        if right > 0, right < times.count, times[right] - times[right - 1] <= gap {
            let width = times[right] - times[right - 1]
            let share = width > 0 ? Float((time - times[right - 1]) / width) : 0
            return fluxes[right - 1] * (1 - share) + fluxes[right] * share
        }
        guard let near = nearest(times, time), abs(times[near] - time) < 1 else { return .nan }
        return fluxes[near]
    }
}
