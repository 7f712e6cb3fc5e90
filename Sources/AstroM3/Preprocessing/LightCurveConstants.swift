import Sky
import Variability

/// Numbers of a whole light curve, which a model may add to each of its tokens: those of `Variability` by name, of the month
/// before the alert (`AlertConstants`) and of a variable star with its period (`StarConstants`, of the total fluxes).
package struct LightCurveConstants: Sendable {
    /// How sure the period is: decadic logarithm of the probability that noise shows one as clear.
    private static let falseAlarm = "log-false-alarm"

    /// Names that stand for several in a recipe.
    package static let groups = [
        "alert": AlertConstants.names, "star": StarConstants.names + [falseAlarm], "all": names,
    ]

    /// All names that a manifest can list.
    package static let names = AlertConstants.names + StarConstants.names + [falseAlarm]

    /// Whether a constant is of the month before the alert.
    static func isOfAlert(_ name: String) -> Bool { AlertConstants.names.contains(name) }

    /// Inputs of a row; 0 where the model knows no constants.
    package let width: Int
    private let needsFold: Bool
    private let needsAlert: Bool
    private let places: [Int]
    private let encoding: FeatureEncoding

    /// Constants by the names of the manifest, which `ModelManifest.validate` has checked.
    package init(input: PhotometryInput) {
        places = input.constants.compactMap { Self.names.firstIndex(of: $0.name) }
        encoding = FeatureEncoding(input.constantsInput)
        width = input.constants.isEmpty ? 0 : encoding.width
        needsAlert = places.contains { $0 < AlertConstants.names.count }
        needsFold = places.contains { $0 >= AlertConstants.names.count }
    }

    /// The constants at an alert's time before they are encoded, NaN where one cannot be told.
    func values(_ lightCurve: LightCurve, until mjd: Double, _ fold: FoldedLightCurve?) -> [Float] {
        guard width > 0 else { return [] }
        var all: [Float] =
            needsAlert
            ? AlertConstants.values(of: lightCurve, until: mjd)
            : Array(repeating: .nan, count: AlertConstants.names.count)
        if needsFold {
            all += fold?.constants ?? Array(repeating: .nan, count: StarConstants.count)
            all.append(fold?.period.map { Float(max($0.logFalseAlarm, -50)) } ?? .nan)
        }
        return places.map { all[$0] }
    }

    /// Writes the row of inputs.
    func write(
        _ lightCurve: LightCurve,
        until mjd: Double,
        _ fold: FoldedLightCurve?,
        to row: UnsafeMutablePointer<Float>
    ) {
        guard width > 0 else { return }
        _ = encoding.write(values(lightCurve, until: mjd, fold), to: row)
    }
}
