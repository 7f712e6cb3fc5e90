import Sky

/// A light curve as rows of a model's channels, in the way that its manifest names.
package enum LightCurveRows: Sendable {
    case published(PublishedLightCurve)
    case streaming(StreamingLightCurve)

    package init(input: PhotometryInput) {
        switch input.timeEncoding {
        case .minMax: self = .published(PublishedLightCurve(input: input))
        case .logDays: self = .streaming(StreamingLightCurve(input: input))
        }
    }

    /// Writes the rows of what was known up to the alert's time and returns how many there are, at most `maximumPoints`.
    func write(_ record: Record, _ fold: FoldedLightCurve?, to output: UnsafeMutablePointer<Float>) -> Int {
        let (lightCurve, mjd) = (record.lightCurve, record.alert.mjd)
        switch self {
        case .streaming(let streaming):
            return streaming.write(lightCurve, until: mjd, fold, to: output)
        case .published(let published):
            let rows = published.rows(of: lightCurve, until: mjd, choice: record.fluxChoice)
            guard let rows else { return 0 }
            for (place, value) in rows.values.enumerated() { output[place] = value }
            return rows.count
        }
    }
}
