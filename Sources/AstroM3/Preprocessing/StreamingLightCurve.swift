import Glibc
import Sky

/// A live alert's light curve as the streaming encoder takes it in: any survey and band, detections, forced
/// photometry and upper limits, and nothing that is known only later.
///
/// Each point is a row of the channels that `model.json` names. Fluxes are divided by a scale of the light curve
/// itself (the median of |flux| of its detections), so that the shape does not depend on distance; the scale is a
/// channel of its own. A value that is not known is 0 after standardisation, the channel's mean.
package struct StreamingLightCurve: Sendable {
    /// What a row can hold.
    enum Channel: String, CaseIterable {
        /// Days since the first detection, sign(t) log(1 + |t|): negative for what came before it.
        case time
        /// log(1 + days since the row before).
        case gap
        /// log(1 + days until the alert).
        case age
        /// asinh(flux / scale), the difference flux.
        case flux
        /// log10(error / scale); for an upper limit a fifth of the limit.
        case error
        /// asinh(flux / error): signal to noise.
        case significance
        /// log(total flux / median total flux): the relative brightness of a variable source.
        case total
        /// 1 where the total flux is known and above 0.
        case totalKnown = "total-known"
        /// log(effective wavelength / 600 nm).
        case wavelength
        /// 1 for a detection by the survey.
        case detected
        /// 1 for an upper limit.
        case limit
        /// log10 of the scale in nJy, the same in all rows.
        case scale
        /// log10 of the median total flux in nJy, the same in all rows.
        case totalScale = "total-scale"
        /// log(1 + days from the first to the last row), the same in all rows.
        case span
        /// log(number of rows), the same in all rows.
        case count
        /// 1 where the light curve has a period that noise would hardly show; else 0 like all that follow.
        case periodic
        /// Cosine and sine of so many times the phase at twice the period (`FoldedLightCurve.phase`).
        case phaseCosine1 = "phase-cos-1"
        case phaseSine1 = "phase-sin-1"
        case phaseCosine2 = "phase-cos-2"
        case phaseSine2 = "phase-sin-2"
        case phaseCosine3 = "phase-cos-3"
        case phaseSine3 = "phase-sin-3"
        case phaseCosine4 = "phase-cos-4"
        case phaseSine4 = "phase-sin-4"

        /// Whether it needs the light curve's period.
        var isOfFold: Bool { self == .periodic || rawValue.hasPrefix("phase-") }
    }

    /// The names of all channels, as manifests list them.
    package static let channelNames = Channel.allCases.map(\.rawValue)

    /// The names of those that need no period.
    package static let plainChannelNames = Channel.allCases.filter { !$0.isOfFold }.map(\.rawValue)

    let channels: [Channel]
    let maximumPoints: Int
    let mean: [Float]
    let inverse: [Float]

    /// Channels by the names of the manifest, which `ModelManifest.validate` has checked.
    init(input: PhotometryInput) {
        channels = input.channels.compactMap(Channel.init(rawValue:))
        maximumPoints = input.maximumPoints
        mean = input.mean
        inverse = input.std.map { 1 / $0 }
    }

    /// Writes the rows of the usable points up to a time, not standardised where `raw` is set; returns how many there are.
    /// `output` has room for `maximumPoints` rows: of more points the newest fill one half, the other half stands for all that
    /// came before them.
    func write(
        _ lightCurve: LightCurve,
        until mjd: Double,
        _ fold: FoldedLightCurve? = nil,
        raw: Bool = false,
        to output: UnsafeMutablePointer<Float>
    ) -> Int {
        let points = usable(lightCurve.points, until: mjd)
        guard let last = points.last else { return 0 }
        let kept = kept(points)
        let context = Context(points: points, kept: kept, now: mjd.isFinite ? mjd : last.mjd, fold: fold)
        var row = output
        var previous = kept.first?.mjd ?? 0
        for point in kept {
            let measure = context.measure(point, previous: previous)
            previous = point.mjd
            for (place, channel) in channels.enumerated() {
                let value = measure.value(of: channel, in: context)
                if raw {
                    row[place] = value
                } else {
                    let standardised = (value - mean[place]) * inverse[place]
                    row[place] = standardised.isFinite ? standardised : 0
                }
            }
            row += channels.count
        }
        return kept.count
    }

    /// What there is room for: the newest, and of what came before them one from each of equal parts.
    private func kept(_ points: [LightCurve.Point]) -> [LightCurve.Point] {
        guard points.count > maximumPoints else { return points }
        let old = maximumPoints / 2
        let newest = points.suffix(maximumPoints - old)
        let before = points.count - newest.count
        return (0..<old).map { points[(2 * $0 + 1) * before / (2 * old)] } + newest
    }

    /// Points that say something and were known at a time, by time.
    private func usable(_ points: [LightCurve.Point], until mjd: Double) -> [LightCurve.Point] {
        var kept: [LightCurve.Point] = []
        kept.reserveCapacity(points.count)
        var sorted = true
        for point in points where point.mjd.isFinite && !(point.mjd > mjd) {
            let measured =
                point.kind == .upperLimit
                ? point.fluxErr.isFinite && point.fluxErr > 0 : point.flux.isFinite || point.totalFlux.isFinite
            guard measured else { continue }
            if let last = kept.last, last.mjd > point.mjd { sorted = false }
            kept.append(point)
        }
        if !sorted { kept.sort { $0.mjd < $1.mjd } }
        return kept
    }
}

extension StreamingLightCurve {
    /// What the rows of one light curve share. Of the points that were cut off, only the first detection's time.
    fileprivate struct Context {
        var start: Double
        var now: Double
        var scale: Float
        var totalScale: Float
        var span: Float
        var logScale: Float
        var logTotalScale: Float
        var logCount: Float
        var fold: FoldedLightCurve?

        init(points: [LightCurve.Point], kept: [LightCurve.Point], now: Double, fold: FoldedLightCurve?) {
            self.now = now
            self.fold = fold.flatMap { $0.isSignificant ? $0 : nil }
            start = (points.first { $0.kind == .detection } ?? points.first)?.mjd ?? now
            var totals: [Float] = []
            for point in kept where point.totalFlux.isFinite && point.totalFlux > 0 { totals.append(point.totalFlux) }
            totalScale = Robust.median(&totals)
            scale = Self.fluxScale(kept, totalScale: totalScale)
            span = log1p(Float((kept.last?.mjd ?? 0) - (kept.first?.mjd ?? 0)))
            logScale = log10(scale)
            logTotalScale = log10(totalScale)
            logCount = log(Float(kept.count))
        }

        /// The median of |flux| of the detections; without one, of all measured points; without one, of the errors.
        private static func fluxScale(_ points: [LightCurve.Point], totalScale: Float) -> Float {
            var detected: [Float] = []
            var measured: [Float] = []
            var errors: [Float] = []
            for point in points {
                let flux = abs(difference(point, totalScale: totalScale))
                if flux.isFinite {
                    measured.append(flux)
                    if point.kind == .detection { detected.append(flux) }
                }
                if point.fluxErr.isFinite, point.fluxErr > 0 { errors.append(point.fluxErr) }
            }
            for candidate in [Robust.median(&detected), Robust.median(&measured), Robust.median(&errors)]
            where candidate.isFinite && candidate > 0 {
                return candidate
            }
            return 1
        }

        /// The difference flux; where a survey gives total flux only, its distance from the median.
        static func difference(_ point: LightCurve.Point, totalScale: Float) -> Float {
            point.flux.isFinite ? point.flux : point.totalFlux - totalScale
        }

        func measure(_ point: LightCurve.Point, previous: Double) -> Measure {
            let error = point.flux.isFinite || !point.totalFluxErr.isFinite ? point.fluxErr : point.totalFluxErr
            return Measure(
                point: point,
                flux: point.kind == .upperLimit ? .nan : Self.difference(point, totalScale: totalScale),
                error: error > 0 ? error : .nan,
                gap: Float(point.mjd - previous),
                phase: fold.map { 2 * .pi * $0.phase(at: point.mjd) }
            )
        }
    }

    fileprivate struct Measure {
        var point: LightCurve.Point
        var flux: Float
        var error: Float
        var gap: Float
        /// In radians; nil without a period.
        var phase: Float?

        @inline(__always)
        func value(of channel: Channel, in context: Context) -> Float {
            switch channel {
            case .time:
                let days = Float(point.mjd - context.start)
                return days < 0 ? -log1p(-days) : log1p(days)
            case .gap: return log1p(gap)
            case .age: return log1p(Float(max(0, context.now - point.mjd)))
            case .flux: return asinh(flux / context.scale)
            case .error: return log10(error / context.scale)
            case .significance: return asinh(flux / error)
            case .total: return point.totalFlux > 0 ? log(point.totalFlux / context.totalScale) : .nan
            case .totalKnown: return point.totalFlux > 0 ? 1 : 0
            case .wavelength: return log(point.wavelength / 600)
            case .detected: return point.kind == .detection ? 1 : 0
            case .limit: return point.kind == .upperLimit ? 1 : 0
            case .scale: return context.logScale
            case .totalScale: return context.logTotalScale
            case .span: return context.span
            case .count: return context.logCount
            case .periodic: return phase == nil ? 0 : 1
            case .phaseCosine1: return phase.map { cos($0) } ?? 0
            case .phaseSine1: return phase.map { sin($0) } ?? 0
            case .phaseCosine2: return phase.map { cos(2 * $0) } ?? 0
            case .phaseSine2: return phase.map { sin(2 * $0) } ?? 0
            case .phaseCosine3: return phase.map { cos(3 * $0) } ?? 0
            case .phaseSine3: return phase.map { sin(3 * $0) } ?? 0
            case .phaseCosine4: return phase.map { cos(4 * $0) } ?? 0
            case .phaseSine4: return phase.map { sin(4 * $0) } ?? 0
            }
        }
    }
}
