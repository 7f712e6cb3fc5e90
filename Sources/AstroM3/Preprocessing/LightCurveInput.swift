package import Sky
import Variability

/// A light curve as the inputs of the photometry encoder: rows of channels, and the row of constants that stands beside them.
/// Owns the memory of a period search: each thread needs its own.
package final class LightCurveInput {
    /// Numbers of a row of channels, and the most rows.
    package let channels: Int
    package let maximumPoints: Int
    /// Numbers of the row of constants; 0 where the model knows none.
    package let constantsWidth: Int
    /// Whether the period of a light curve changes its inputs.
    package let needsPeriod: Bool
    /// Where periods come from.
    package let periods: PeriodFinder
    private let rows: LightCurveRows
    private let constants: LightCurveConstants

    /// What a manifest, which `ModelManifest.validate` has checked, asks for.
    package init(_ input: PhotometryInput, _ cache: PeriodCache) {
        rows = LightCurveRows(input: input)
        constants = LightCurveConstants(input: input)
        channels = input.channels.count
        maximumPoints = input.maximumPoints
        constantsWidth = constants.width
        periods = PeriodFinder(cache)
        needsPeriod = Self.needsPeriod(input.channels, constants: input.constants.map(\.name))
    }

    /// Whether the period changes what such channels and constants say.
    package static func needsPeriod(_ channels: [String], constants: [String]) -> Bool {
        channels.contains { StreamingLightCurve.Channel(rawValue: $0)?.isOfFold ?? false }
            || constants.contains { !LightCurveConstants.isOfAlert($0) && LightCurveConstants.names.contains($0) }
    }

    /// Writes the rows of what was known up to the alert's time, at most `maximumPoints`, and where there are any, the row of
    /// constants; returns how many there are.
    package func write(
        _ record: Record,
        rows output: UnsafeMutablePointer<Float>,
        constants row: UnsafeMutablePointer<Float>
    ) -> Int {
        let fold = fold(record)
        let count = rows.write(record, fold, to: output)
        if count > 0 { constants.write(record.lightCurve, until: record.alert.mjd, fold, to: row) }
        return count
    }

    /// The constants of a record before they are encoded, NaN where one cannot be told.
    package func constantValues(_ record: Record) -> [Float] {
        constants.values(record.lightCurve, until: record.alert.mjd, fold(record))
    }

    /// Rows that are not standardised, of a streaming model; returns how many there are.
    func writeRaw(_ record: Record, to output: UnsafeMutablePointer<Float>) -> Int {
        guard case .streaming(let streaming) = rows else { return 0 }
        return streaming.write(
            record.lightCurve,
            until: record.alert.mjd,
            fold(record),
            raw: true,
            to: output
        )
    }

    private func fold(_ record: Record) -> FoldedLightCurve? {
        guard needsPeriod else { return nil }
        let known = LightCurve(points: record.lightCurve.points.filter { !($0.mjd > record.alert.mjd) })
        let photometry = StarPhotometry(detections: known)
        guard !photometry.points.isEmpty else { return nil }
        return FoldedLightCurve(photometry, period: record.period ?? periods.period(of: photometry))
    }
}
