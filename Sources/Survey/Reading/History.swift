internal import Sky

extension Array where Element == PhotometricPoint {
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
    /// Counts and flags a row of the history whose time or flux cannot be used: it costs itself, not the alert.
    mutating func leaveOutRow() {
        unreadableRows += 1
        flags.insert(.historyUnreadable)
    }

    /// Puts the history in order of time, flags what is later than the alert itself, and chooses among rivals of one
    /// exposure.
    /// - Parameter distance: of a detection from the alert's position, asked for rivals only.
    mutating func finish(distance: (PhotometricPoint) -> Double) {
        boundCutouts()
        detections.sortByTime()
        upperLimits.sortByTime()
        forced.sortByTime()
        if detections.endsAfter(mjd) || upperLimits.endsAfter(mjd) || forced.endsAfter(mjd) {
            flags.insert(.historyAfterAlert)
        }
        Exposures.choose(among: &detections, alertId: alertId, distance: distance)
        Exposures.choose(among: &forced)
        Exposures.choose(among: &upperLimits)
    }
}

extension PhotometricPoint {
    /// Whether neither difference nor total flux is known.
    var hasNoFlux: Bool { flux.isNaN && totalFlux.isNaN }
}
