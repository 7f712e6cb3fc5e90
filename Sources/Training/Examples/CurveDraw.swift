internal import Glibc
internal import Ground
internal import Sky
internal import Variability

/// What an alert of an object could have shown: light curves drawn from the observed ones. Points have difference flux and its
/// error as in packets, `Sky.LightCurve`; the last detection is the alert.
struct CurveDraw {
    /// Most points that are kept before a model looks at them: the newest.
    static let mostPoints = 1000

    /// Noise of what is put on a packet's nights beside its limits: a share of the flux.
    private static let relativeNoise: Float = 0.012

    /// What a look at an object's own curve shows.
    struct Look {
        var points: [LightCurve.Point] = []
        /// The magnitudes in which the object's period is found, where these are not `points` themselves: a survey that has
        /// fewer of them at the alert knows the same period.
        var photometry: StarPhotometry?
    }

    /// How a look at an object's own curve differs from the whole of it.
    struct Cut {
        /// Whether it ends at a random detection.
        var truncated = false
        /// Whether some of the points are left out at random.
        var thinned = false
        /// Whether only changes of five sigma count as detections, as in alerts.
        var alerts = false
        /// Whether no more than `mostPoints` are kept.
        var bounded = true
    }

    /// The whole curve up to its last detection, or its first detections up to a random one.
    static func own(_ curve: ObservedCurve, _ cut: Cut, _ generator: inout SplitMix64) -> Look {
        let detections = curve.points.indices.filter { !curve.points[$0].isLimit }
        guard !detections.isEmpty else { return Look() }
        let truncated = cut.truncated
        var end = detections.count - 1
        if truncated {
            // As many of one detection as of a hundred: alerts of a young survey have few.
            end = Int(exp(generator.between(0, log(Double(detections.count) + 0.999)))) - 1
        }
        let last = detections[min(max(end, 0), detections.count - 1)]
        var points = Array(curve.points[...last])
        if truncated, generator.chance(0.4) {
            let start = points[points.count - 1].mjd - generator.between(5, 120)
            points.removeAll { $0.mjd < start }
        }
        var look = Look()
        let isCut = cut.alerts && !curve.isDifference
        if !curve.isDifference, !isCut {
            look.photometry = StarPhotometry(detections: LightCurve(points: totals(points)))
        }
        if cut.thinned || truncated && points.count > 12 && generator.chance(0.3) {
            // Another cadence: some of the points at random, the alert always.
            let share = generator.between(0.3, 1)
            var kept = points.dropLast().filter { _ in generator.chance(share) }
            if let alert = points.last { kept.append(alert) }
            points = kept
        }
        if cut.bounded, points.count > mostPoints { points.removeFirst(points.count - mostPoints) }
        let seen = seen(points, of: curve, &generator)
        look.points = isCut ? detected(seen) : seen
        return look
    }

    /// Observed total fluxes.
    private static func totals(_ points: [ObservedCurve.Point]) -> [LightCurve.Point] {
        points.filter { !$0.isLimit }.map { point in
            LightCurve.Point(
                mjd: point.mjd,
                flux: .nan,
                fluxErr: .nan,
                totalFlux: point.flux,
                totalFluxErr: point.error,
                wavelength: point.wavelength,
                kind: .detection
            )
        }
    }

    /// What a survey would have sent alerts of: a change of less than five sigma is a limit. The last detection is the alert;
    /// where there is none, the points stay as they are.
    private static func detected(_ points: [LightCurve.Point]) -> [LightCurve.Point] {
        let cut = points.map { point in
            guard point.kind == .detection, !(abs(point.flux) > 5 * point.fluxErr), point.fluxErr > 0 else {
                return point
            }
            var limit = point
            (limit.kind, limit.flux, limit.totalFlux, limit.totalFluxErr) = (.upperLimit, .nan, .nan, .nan)
            return limit
        }
        guard let last = cut.lastIndex(where: { $0.kind == .detection }) else { return points }
        return Array(cut[...last])
    }

    /// Observed points as a survey's alerts show them: of a total flux the difference against a reference.
    static func seen(
        _ points: [ObservedCurve.Point],
        of curve: ObservedCurve,
        _ generator: inout SplitMix64
    ) -> [LightCurve.Point] {
        let references = curve.isDifference ? [:] : references(of: curve, &generator)
        return points.map { point in
            if point.isLimit {
                return LightCurve.Point(
                    mjd: point.mjd,
                    flux: .nan,
                    fluxErr: point.flux / 5,
                    wavelength: point.wavelength,
                    kind: .upperLimit
                )
            }
            let reference = references[point.wavelength] ?? 0
            return LightCurve.Point(
                mjd: point.mjd,
                flux: point.flux - reference,
                fluxErr: point.error,
                totalFlux: curve.isDifference ? point.total : point.flux,
                totalFluxErr: curve.isDifference ? point.totalError : point.error,
                wavelength: point.wavelength,
                kind: .detection
            )
        }
    }

    /// The flux of a reference image by wavelength.
    static func references(of curve: ObservedCurve, _ generator: inout SplitMix64) -> [Float: Float] {
        var fluxes: [Float: [Float]] = [:]
        for point in curve.points where !point.isLimit { fluxes[point.wavelength, default: []].append(point.flux) }
        var references: [Float: Float] = [:]
        // In the order of wavelengths: what is drawn must not depend on how a dictionary lies in memory.
        for (wavelength, all) in fluxes.sorted(by: { $0.key < $1.key }) {
            references[wavelength] = curve.reference(all, &generator)
        }
        return references
    }

    /// The history of a labelled packet: as it is, or an earlier detection as the alert, or a shorter history.
    static func history(
        _ curve: ObservedCurve,
        isCut: Bool,
        _ generator: inout SplitMix64
    ) -> [LightCurve.Point] {
        let detections = curve.points.indices.filter { !curve.points[$0].isLimit }
        guard let last = detections.last else { return [] }
        var points = Array(curve.points[...last])
        if isCut {
            if generator.chance(0.4), detections.count > 1 {
                let later = Array(detections[(detections.count / 3)...])
                points = Array(points[...later[generator.index(below: later.count)]])
            }
            if generator.chance(0.6) {
                let start = points[points.count - 1].mjd - generator.between(0.5, 31)
                points.removeAll { $0.mjd < start }
            }
            if generator.chance(0.3), let alert = points.popLast() {
                // Rows of a history that fail a survey's score of quality are none.
                let share = generator.between(0, 0.5)
                points = points.filter { $0.isLimit || !generator.chance(share) } + [alert]
            }
        }
        return seen(points, of: curve, &generator)
    }

    /// The curve on the nights, bands and limits of a packet; nil where nothing would have been detected.
    static func onSchedule(
        _ curve: ObservedCurve,
        _ schedule: PacketSchedule,
        _ rule: DrawRule,
        _ generator: inout SplitMix64
    ) -> [LightCurve.Point]? {
        let bands = BandCurves(curve, rule, &generator)
        guard var fluxes = bands.fluxes(on: schedule, rule, &generator) else { return nil }
        let scale = bands.scale(rule, &generator)
        var points: [LightCurve.Point] = []
        for (place, visit) in schedule.visits.enumerated() where fluxes[place].isFinite {
            let reference = bands.reference(isBlue: visit.isBlue) * scale
            fluxes[place] *= scale
            let limit = visit.limit / 5
            let deviation = hypot(limit, relativeNoise * (abs(fluxes[place]) + reference))
            let flux = fluxes[place] + 0.9 * deviation * Float(generator.normal())
            let isDetected = abs(flux) > 5 * deviation
            points.append(
                LightCurve.Point(
                    mjd: visit.days,
                    flux: isDetected ? flux : .nan,
                    fluxErr: isDetected ? deviation : limit,
                    totalFlux: isDetected && reference > 0 ? flux + reference : .nan,
                    totalFluxErr: isDetected && reference > 0 ? deviation : .nan,
                    wavelength: visit.wavelength,
                    kind: isDetected ? .detection : .upperLimit
                )
            )
        }
        guard let last = points.lastIndex(where: { $0.kind == .detection }) else { return nil }
        return Array(points[...last])
    }
}
