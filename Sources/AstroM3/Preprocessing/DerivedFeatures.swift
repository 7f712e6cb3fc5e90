import Glibc
import Sky

/// Features that follow from others, whether those come from a catalogue's row or from the alert: a model lists them by name
/// like any other. Where one of those is missing, so are they; where there is none, there is none of them.
package enum DerivedFeatures {
    struct Definition: Sendable {
        var bases: [String]
        var value: @Sendable ([Float]) -> Float
    }

    /// What each is computed from.
    package static let bases: [String: [String]] = all.mapValues(\.bases)

    static let all: [String: Definition] = [
        // Magnitudes: what varies, or is no point source, is not as bright in both.
        "gaia_minus_ref": Definition(bases: ["gaia_mag", "ref_mag"]) { $0[0] - $0[1] },
        // Which share of the survey's looks has found it.
        "detection_fraction": Definition(bases: ["detection_count", "coverage_count"]) { $0[0] / max($0[1], 1) },
        // Detections a day since the first, logarithm.
        "detection_rate": Definition(bases: ["detection_count", "age"]) { log10(max($0[0], 1) / (max($0[1], 0) + 1)) },
    ]

    /// The value for those of the bases.
    static func value(_ definition: Definition, _ bases: [Float]) -> Float {
        if bases.contains(where: \.isNaN) { return .nan }
        return bases.contains(Metadata.none) ? Metadata.none : definition.value(bases)
    }
}
