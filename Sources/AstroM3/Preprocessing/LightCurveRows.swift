import Sky

/// A light curve as rows of a model's channels, in the way that its manifest names.
enum LightCurveRows {
    case published(PublishedLightCurve)
    case streaming(StreamingLightCurve)

    init(input: PhotometryInput) {
        switch input.timeEncoding {
        case .minMax: self = .published(PublishedLightCurve(input: input))
        case .logDays: self = .streaming(StreamingLightCurve(input: input))
        }
    }

    /// Writes the rows of what was known up to a time and returns how many there are, at most `maximumPoints`.
    func write(_ lightCurve: LightCurve, until mjd: Double, to output: UnsafeMutablePointer<Float>) -> Int {
        switch self {
        case .streaming(let streaming):
            return streaming.write(lightCurve, until: mjd, to: output)
        case .published(let published):
            guard let rows = published.rows(of: lightCurve, until: mjd) else { return 0 }
            for (place, value) in rows.values.enumerated() { output[place] = value }
            return rows.count
        }
    }
}
