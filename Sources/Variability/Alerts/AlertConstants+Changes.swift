import Glibc

extension AlertConstantValues {
    /// Where the changes go, from the shortest lags to the longest.
    private static let lags: [(relative: AlertConstant, sigma: AlertConstant)] = [
        (.changeHours, .changeHoursSigma), (.changeDays, .changeDaysSigma), (.changeWeek, .changeWeekSigma),
        (.changeMonth, .changeMonthSigma),
    ]

    mutating func addChanges(of curve: RecentCurve) {
        var relative = Self.lags.map { _ in [Double]() }
        var sigma = relative
        let detections = curve.detections
        for (place, right) in detections.enumerated() where right.colour != nil {
            for left in detections[..<place] where left.wavelength == right.wavelength {
                let gap = right.time - left.time
                let lag = gap <= 0.4 ? 0 : gap <= 2.5 ? 1 : gap <= 8 ? 2 : 3
                let change = abs(right.flux - left.flux)
                relative[lag].append(change / (0.5 * (abs(left.flux) + abs(right.flux))))
                sigma[lag].append(change / (left.error * left.error + right.error * right.error).squareRoot())
            }
        }
        for (lag, constants) in Self.lags.enumerated() {
            self[constants.relative] = Order.median(&relative[lag])
            self[constants.sigma] = Order.median(&sigma[lag])
        }
        if self[.changeMonth] > 0 { self[.changeRatio] = self[.changeDays] / self[.changeMonth] }
    }
}
