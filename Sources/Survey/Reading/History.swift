internal import Sky

extension Array where Element == PhotometricPoint {
    /// Puts the points in order of time. Surveys nearly always send them so, some packets of ZTF the other way round.
    mutating func sortByTime() {
        var (isAscending, isDescending) = (true, true)
        for index in indices.dropFirst() {
            if self[index].mjd < self[index - 1].mjd { isAscending = false } else { isDescending = false }
            if !isAscending, !isDescending { return sortByKeys() }
        }
        if !isAscending { reverse() }
    }

    /// Points are large: their times are sorted with their places, and each point then moves once.
    private mutating func sortByKeys() {
        let keys = enumerated().map { (mjd: $0.element.mjd, place: $0.offset) }.sorted {
            $0.mjd != $1.mjd ? $0.mjd < $1.mjd : $0.place < $1.place
        }
        self = keys.map { self[$0.place] }
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
    /// - Parameters:
    ///   - rows: of the history of detections.
    ///   - id: of the detection in a row.
    ///   - position: of a row in degrees. Rows are looked at where there are rivals only.
    mutating func finish(
        rows: Int = 0,
        id: (_ row: Int) -> Int64? = { _ in nil },
        position: (_ row: Int) -> (ra: Double?, dec: Double?) = { _ in (nil, nil) }
    ) {
        boundCutouts()
        detections.sortByTime()
        upperLimits.sortByTime()
        forced.sortByTime()
        if detections.endsAfter(mjd) || upperLimits.endsAfter(mjd) || forced.endsAfter(mjd) {
            flags.insert(.historyAfterAlert)
        }
        var rowOfId: [Int64: Int]?
        let center = (ra: ra, dec: dec)
        Exposures.choose(among: &detections, alertId: alertId) { point in
            // A table pays where there are many rows, and is needed where there are thousands.
            if rows <= 64 {
                let row = (0..<rows).first { id($0) == point.id }
                return row.map { Position.separation(center, position($0)) } ?? .nan
            }
            let known = rowOfId ?? Self.rowsOfIds(rows, id)
            rowOfId = known
            return known[point.id].map { Position.separation(center, position($0)) } ?? .nan
        }
        Exposures.choose(among: &forced)
        Exposures.choose(among: &upperLimits)
    }

    /// The first row of each id.
    private static func rowsOfIds(_ rows: Int, _ id: (_ row: Int) -> Int64?) -> [Int64: Int] {
        var known = [Int64: Int](minimumCapacity: rows)
        for row in (0..<rows).reversed() {
            if let id = id(row) { known[id] = row }
        }
        return known
    }
}

extension PhotometricPoint {
    /// Whether neither difference nor total flux is known.
    var hasNoFlux: Bool { flux.isNaN && totalFlux.isNaN }
}
