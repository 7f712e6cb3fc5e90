import Glibc

extension AlertConstantValues {
    mutating func addCounts(of curve: RecentCurve) {
        let (detected, limits) = (Double(curve.detections.count), Double(curve.limits.count))
        self[.detections] = detected
        self[.limits] = limits
        self[.detectedShare] = detected / (detected + limits)
        var nights = 0.0
        var previous = Double.nan
        for detection in curve.detections {
            let night = (detection.time - 0.3).rounded(.toNearestOrEven)
            if night != previous { nights += 1 }
            previous = night
        }
        self[.nights] = nights
    }

    mutating func addBrightness(of curve: RecentCurve, first: RecentCurve.Detection, last: RecentCurve.Detection) {
        var brightest = first
        var faintest = first.magnitude
        var negative = 0
        for detection in curve.detections {
            if detection.magnitude < brightest.magnitude { brightest = detection }
            faintest = max(faintest, detection.magnitude)
            if detection.flux < 0 { negative += 1 }
        }
        self[.span] = last.time - first.time
        self[.negativeShare] = Double(negative) / Double(curve.detections.count)
        self[.sign] = last.flux < 0 ? -1 : 1
        self[.bothSigns] = negative > 0 && negative < curve.detections.count ? 1 : 0
        self[.magnitude] = last.magnitude
        self[.magnitudeBrightest] = brightest.magnitude
        self[.magnitudeRange] = faintest - brightest.magnitude
        self[.significance] = log10(abs(last.flux) / last.error)
        self[.timeBrightest] = brightest.time
        self[.timeFirst] = first.time
    }

    mutating func addLimits(of curve: RecentCurve, first: RecentCurve.Detection) {
        var magnitudes = curve.detections.map(\.magnitude)
        let deep = Order.median(&magnitudes) + 0.3
        var (before, after, deeper) = (0.0, 0.0, 0.0)
        var newest: RecentCurve.Limit?
        for limit in curve.limits {
            if limit.time < first.time {
                before += 1
                newest = limit
            } else {
                after += 1
                if limit.magnitude > deep { deeper += 1 }
            }
        }
        self[.limitsBefore] = before
        if let newest {
            self[.gapBefore] = first.time - newest.time
            self[.riseBefore] = newest.magnitude - first.magnitude
        }
        self[.limitsAfter] = after
        self[.deeperShare] = after > 0 ? deeper / after : 0
        self[.limitsDeeper] = deeper
    }

    mutating func addReference(of curve: RecentCurve, last: RecentCurve.Detection) {
        var peak = 0.0
        for detection in curve.detections {
            guard let reference = curve.reference(detection.wavelength) else { continue }
            peak = max(peak, abs(detection.flux) / reference)
        }
        if let reference = curve.reference(last.wavelength) {
            self[.referenceRatio] = log10(abs(last.flux) / reference)
        }
        self[.referenceRatioPeak] = log10(peak)
    }
}
