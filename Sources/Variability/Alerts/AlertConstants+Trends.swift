import Glibc

extension AlertConstantValues {
    private typealias GroupConstants = (
        range: AlertConstant, slope: AlertConstant, lateSlope: AlertConstant, curvature: AlertConstant,
        scatter: AlertConstant, scatterSigma: AlertConstant
    )

    private static let blue: GroupConstants = (
        .rangeBlue, .slopeBlue, .slopeLateBlue, .curvatureBlue, .scatterBlue, .scatterSigmaBlue
    )
    private static let red: GroupConstants = (
        .rangeRed, .slopeRed, .slopeLateRed, .curvatureRed, .scatterRed, .scatterSigmaRed
    )

    mutating func addTrends(of curve: RecentCurve) {
        var (chi2, deviation) = (-Double.infinity, -Double.infinity)
        for (colour, constants) in [(BandColour.blue, Self.blue), (.red, Self.red)] {
            let group = BandGroup(curve.detections.filter { $0.colour == colour })
            if group.isEmpty { continue }
            chi2 = max(chi2, group.chi2)
            deviation = max(deviation, group.deviation)
            self[constants.range] = group.range
            guard group.isOfOneSign else { continue }
            self[constants.slope] = group.slope
            self[constants.lateSlope] = group.lateSlope
            guard let parabola = group.parabola else { continue }
            self[constants.curvature] = parabola.curvature
            self[constants.scatter] = parabola.scatter
            self[constants.scatterSigma] = log10(parabola.scatterInErrors + 0.01)
        }
        if chi2 >= 0 { self[.chi2] = log10(chi2 + 0.01) }
        self[.deviation] = deviation
        self[.slope] = mean(.slopeBlue, .slopeRed)
        self[.scatter] = mean(.scatterBlue, .scatterRed)
        self[.scatterSigma] = mean(.scatterSigmaBlue, .scatterSigmaRed)
    }

    /// The mean of what is known of the two.
    private func mean(_ blue: AlertConstant, _ red: AlertConstant) -> Double {
        let (blue, red) = (self[blue], self[red])
        return blue.isNaN ? red : red.isNaN ? blue : (blue + red) / 2
    }
}
