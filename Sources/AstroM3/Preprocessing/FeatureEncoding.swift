import Sky

/// Named numbers as the inputs of a first layer: each standardised; then, for those that have edges, its place between
/// quantiles, piecewise linear (Gorishniy et al. 2022): 0.5 in an interval that lies below the value, -0.5 in one above it,
/// in between where it lies itself; then the flags. A number that is missing, or that there is none of, is 0 in all but its
/// flags.
///
/// Row: z of all features, the intervals of all features, flags of what is missing, flags of what there is none of.
package struct FeatureEncoding: Sendable {
    /// The standardised value of a feature with edges stays within so many deviations.
    static let clip: Float = 5

    private let features: [MetadataInput.Feature]
    private let hasMissingFlags: Bool
    private let hasNoneFlags: Bool
    private let intervals: Int

    package init(_ input: MetadataInput) {
        features = input.features
        hasMissingFlags = input.missingFlags
        hasNoneFlags = input.noneFlags
        intervals = features.reduce(0) { $0 + max(0, $1.edges.count - 1) }
    }

    /// Inputs of a row.
    package var width: Int {
        features.count + intervals + (hasMissingFlags ? features.count : 0) + (hasNoneFlags ? features.count : 0)
    }

    /// Writes the row of transformed values, one a feature: NaN for what is missing, `Metadata.none`; returns how many are
    /// known.
    package func write(_ values: UnsafePointer<Float>, to row: UnsafeMutablePointer<Float>) -> Int {
        var (known, interval) = (0, features.count)
        let missing = features.count + intervals
        let none = missing + (hasMissingFlags ? features.count : 0)
        for (place, feature) in features.enumerated() {
            let (value, bins) = (values[place], max(0, feature.edges.count - 1))
            var standardised = (value - feature.mean) / feature.std
            let isKnown = standardised.isFinite
            known += isKnown ? 1 : 0
            if bins > 0 { standardised = min(max(standardised, -Self.clip), Self.clip) }
            row[place] = isKnown ? standardised : 0
            for bin in 0..<bins {
                let (low, high) = (feature.edges[bin], feature.edges[bin + 1])
                row[interval + bin] = isKnown ? min(max((value - low) / (high - low), 0), 1) - 0.5 : 0
            }
            interval += bins
            let isNone = value == Metadata.none
            if hasMissingFlags { row[missing + place] = isKnown || isNone && hasNoneFlags ? 0 : 1 }
            if hasNoneFlags { row[none + place] = isNone ? 1 : 0 }
        }
        return known
    }
}
