import Glibc
import Sky

/// What an alert's packet says of its surroundings, by the names that data sets give these features: the same alert has the
/// same values in training and in the stream. NaN where the packet does not tell, `Metadata.none` where it has looked and
/// there is nothing (`AlertContext.searches`); a packet that knows one source of a catalogue and not the next has looked for both.
enum ContextFeatures {
    /// The value of each name.
    static let all: [String: @Sendable (Alert) -> Float] = [
        "gal_b_abs": { Float(abs($0.galacticLatitude)) },
        "ref_distance": { reference($0) { $0.distance } },
        "ref_mag": { reference($0) { $0.magnitude ?? .nan } },
        "ref_chi": { reference($0) { $0.chi ?? .nan } },
        "ref_sharp": { reference($0) { $0.sharpness ?? .nan } },
        "ps_distance": { nearest($0, 0) { $0.distance } },
        "ps_score": { nearest($0, 0) { $0.starGalaxyScore ?? .nan } },
        "ps2_distance": { nearest($0, 1) { $0.distance } },
        "ps2_score": { nearest($0, 1) { $0.starGalaxyScore ?? .nan } },
        "gaia_distance": { gaia($0) { $0.distance } },
        "gaia_mag": { gaia($0) { $0.magnitude ?? .nan } },
        "gaia_bright_distance": { bright($0) { $0.distance } },
        "gaia_bright_mag": { bright($0) { $0.magnitude ?? .nan } },
        "phot_g_mean_mag": { alert in
            guard let gaia = alert.context.gaia else { return nothing(alert, .gaia) }
            return gaia.distance <= AlertContext.ownRadius ? gaia.magnitude ?? .nan : Metadata.none
        },
        "real_bogus": { $0.quality.deepRealBogus ?? .nan },
        "detection_count": { $0.context.detectionCount.map { Float($0) } ?? .nan },
        "coverage_count": { $0.context.coverageCount.map { Float($0) } ?? .nan },
        "age": { alert in alert.context.firstDetectionMjd.map { Float(alert.mjd - $0) } ?? .nan },
        "alert_minus_ref": { alert in
            guard let source = alert.context.referenceSource else { return nothing(alert, .reference) }
            return source.magnitude.map { magnitude(of: alert) - $0 } ?? .nan
        },
        "flux_ratio": { alert in
            guard let source = alert.context.referenceSource else { return nothing(alert, .reference) }
            guard let reference = source.magnitude else { return .nan }
            let isOwn = source.distance < AlertContext.ownRadius
            return isOwn ? 0.4 * (reference - magnitude(of: alert)) : Metadata.none
        },
    ]

    /// Those that no catalogue's row has: where one of them is known, a packet has told it.
    static let ofPackets = Set(all.keys).subtracting(["gal_b_abs", "phot_g_mean_mag"])

    private static func nearest(
        _ alert: Alert,
        _ place: Int,
        _ value: (AlertContext.NearestSource) -> Float
    ) -> Float {
        let sources = alert.context.nearestSources
        guard place < sources.count else { return sources.isEmpty ? nothing(alert, .sources) : Metadata.none }
        return value(sources[place])
    }

    private static func reference(_ alert: Alert, _ value: (AlertContext.ReferenceSource) -> Float) -> Float {
        alert.context.referenceSource.map(value) ?? nothing(alert, .reference)
    }

    private static func gaia(_ alert: Alert, _ value: (AlertContext.GaiaSource) -> Float) -> Float {
        alert.context.gaia.map(value) ?? nothing(alert, .gaia)
    }

    /// What stands for a source that is not there: none where the survey has looked for it.
    private static func nothing(_ alert: Alert, _ search: AlertContext.Searches) -> Float {
        alert.context.searches.contains(search) ? Metadata.none : .nan
    }

    private static func bright(_ alert: Alert, _ value: (AlertContext.GaiaSource) -> Float) -> Float {
        if let source = alert.context.brightGaia { return value(source) }
        return alert.context.gaia == nil ? nothing(alert, .gaia) : Metadata.none
    }

    /// The alert's own difference magnitude, whatever its sign.
    private static func magnitude(of alert: Alert) -> Float {
        guard let own = alert.detections.last(where: { $0.mjd <= alert.mjd && $0.id == alert.alertId }) else {
            return .nan
        }
        return Float(ABMagnitude.of(abs(own.flux)))
    }
}
