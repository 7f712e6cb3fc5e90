import Sky

@testable import Training

/// What a packet tells of the surroundings of a source of magnitude 19, known for 800 days to a survey of 1,000.
enum ContextSample {
    /// `colour` is of no group.
    private static let known: KeyValuePairs<String, Float> = [
        "gal_b_abs": 45, "ref_distance": 0.4, "ref_mag": 19, "alert_minus_ref": 7, "flux_ratio": 7, "age": 800,
        "detection_count": 200, "coverage_count": 500, "ps_distance": 9, "ps_score": 0.95, "ps_g_mag": 20,
        "gaia_mag": 18.5, "phot_g_mean_mag": 18.5, "gaia_bright_mag": 12, "real_bogus": 0.9, "colour": 0.7,
    ]
    static let names = known.map { $0.key }

    /// The light curve of whoever is shown it.
    static var curve: ContextDraw.Curve {
        ContextDraw.Curve(magnitude: 18, reference: nil, age: 20, detections: 6)
    }

    static func row(_ changes: [String: Float] = [:]) -> [Float] {
        known.map { changes[$0.key] ?? $0.value }
    }

    static func packet(_ changes: [String: Float] = [:]) -> ContextDraw.Packet {
        ContextDraw.Packet(row: row(changes), alert: 59_178)
    }

    static func context(_ donors: [String: [ContextDraw.Packet]] = [:]) -> ContextDraw {
        ContextDraw(names: names, donors: donors)
    }

    /// What a row says of a feature.
    static func value(_ row: [Float], _ name: String) -> Float { Metadata(names: names, values: row)[name] }
}
