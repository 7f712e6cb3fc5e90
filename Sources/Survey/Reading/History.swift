internal import Sky

/// A point of a light curve, for putting lists in order.
protocol TimedPoint {
    var mjd: Double { get }
}

extension Detection: TimedPoint {}
extension ForcedPhotometry: TimedPoint {}
extension UpperLimit: TimedPoint {}

extension Array where Element: TimedPoint {
    /// Puts the points in order of time; surveys nearly always send them so.
    mutating func sortByTime() {
        var last = -Double.infinity
        for point in self {
            if point.mjd < last {
                sort { $0.mjd < $1.mjd }
                return
            }
            last = point.mjd
        }
    }

    /// Whether the last of the points, in order of time, is later than an alert.
    func endsAfter(_ mjd: Double) -> Bool {
        last.map { $0.mjd > mjd } ?? false
    }
}

extension Alert {
    /// Puts the history in order of time and flags what is later than the alert itself.
    mutating func orderHistory() {
        detections.sortByTime()
        upperLimits.sortByTime()
        forced.sortByTime()
        if detections.endsAfter(mjd) || upperLimits.endsAfter(mjd) || forced.endsAfter(mjd) {
            flags.insert(.historyAfterAlert)
        }
    }
}
