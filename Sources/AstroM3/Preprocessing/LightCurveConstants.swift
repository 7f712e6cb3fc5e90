package import Sky
import Variability

/// Numbers of a whole light curve, which a model may add to each of its tokens: those of `Variability` by name.
package struct LightCurveConstants: Sendable {
    /// All names that a manifest can list.
    package static let names = AlertConstants.names

    /// Inputs of a row; 0 where the model knows no constants.
    package let width: Int
    private let places: [Int]
    private let encoding: FeatureEncoding

    /// Constants by the names of the manifest, which `ModelManifest.validate` has checked.
    package init(input: PhotometryInput) {
        places = input.constants.compactMap { Self.names.firstIndex(of: $0.name) }
        encoding = FeatureEncoding(input.constantsInput)
        width = input.constants.isEmpty ? 0 : encoding.width
    }

    /// The constants at an alert's time before they are encoded, NaN where one cannot be told.
    package func values(_ lightCurve: LightCurve, until mjd: Double) -> [Float] {
        guard width > 0 else { return [] }
        let all = AlertConstants.values(of: lightCurve, until: mjd)
        return places.map { all[$0] }
    }

    /// Writes the row of inputs of a record.
    package func write(_ record: Record, to row: UnsafeMutablePointer<Float>) {
        guard width > 0 else { return }
        _ = encoding.write(values(record.lightCurve, until: record.alert.mjd), to: row)
    }
}
