import Ground
internal import Postgres
internal import Sky

/// What is done with the rows of a batch before its transaction: each can be filed, every name has a number, every month its
/// partition.
extension Archive {
    /// Bytes of an object's id at the most: PostgreSQL takes no index entry above 2.7 kB, and no survey names anything
    /// at a tenth of that.
    private static let longestObjectId = 255

    /// What cannot be filed under its time, position or object is a dead letter.
    static func checked(_ row: IncomingRow) -> IncomingRow {
        guard case .alert(let alert) = row.content else { return row }
        func letter(_ code: DeadLetterCode, _ reason: String) -> IncomingRow {
            IncomingRow(position: row.position, content: .deadLetter(Self.letter(of: alert, code, reason)))
        }
        guard Alert.allowedTimes.contains(alert.mjd) else {
            return letter(
                DeadLetterCode(.time, .outOfRange),
                "the alert's time, MJD \(alert.mjd), is not between 1990 and 2100"
            )
        }
        guard (0...360).contains(alert.ra), (-90...90).contains(alert.dec) else {
            return letter(
                DeadLetterCode(.position, .outOfRange),
                "ra \(alert.ra), dec \(alert.dec) is no position on the sky (degrees)"
            )
        }
        guard (1...longestObjectId).contains(alert.objectId.utf8.count), !alert.objectId.holdsControlCharacters else {
            return letter(
                DeadLetterCode(.identity, .objectId),
                "the object's id '\(alert.objectId.plain(limit: 64))' has \(alert.objectId.utf8.count) bytes; it must have"
                    + " 1 to \(longestObjectId), without control characters"
            )
        }
        return row
    }

    private static func letter(of alert: Alert, _ code: DeadLetterCode, _ reason: String) -> DeadLetter {
        DeadLetter(code: code, reason: reason, survey: alert.survey, alertId: alert.alertId)
    }

    /// The rows by position; of one position that comes twice, only the first.
    static func order(of incoming: [IncomingRow]) -> [Int] {
        let sorted = incoming.indices.sorted {
            (incoming[$0].position, $0) < (incoming[$1].position, $1)
        }
        var order: [Int] = []
        order.reserveCapacity(sorted.count)
        for index in sorted {
            if let last = order.last, incoming[last].position == incoming[index].position { continue }
            order.append(index)
        }
        return order
    }

    /// Gets a number for every name; an alert with a band that gets none is a dead letter.
    func prepareNames(_ incoming: inout [IncomingRow]) throws {
        for (index, row) in incoming.enumerated() {
            _ = try names.number(topic: row.position.topic, connection)
            switch row.content {
            case .deadLetter(let letter):
                if let survey = letter.survey { _ = try names.number(survey: survey, connection) }
            case .alert(let alert):
                _ = try names.number(survey: alert.survey, connection)
                do {
                    try prepareBands(of: alert)
                } catch let error as UnusableBand {
                    let letter = Self.letter(of: alert, DeadLetterCode(.photometry, .band), error.description)
                    incoming[index].content = .deadLetter(letter)
                }
            }
        }
    }

    private func prepareBands(of alert: Alert) throws {
        // Neighbours mostly share their band.
        var last: Band?
        func know(_ band: Band) throws {
            guard band != last else { return }
            _ = try names.number(band: band, connection)
            last = band
        }
        for point in alert.detections { try know(point.band) }
        for point in alert.forced { try know(point.band) }
        for point in alert.upperLimits { try know(point.band) }
    }

    func prepareMonths(_ incoming: [IncomingRow]) throws {
        var alertMonths: Set<Month> = []
        var messageMonths: Set<Month> = []
        for row in incoming {
            messageMonths.insert(Month(milliseconds: row.position.timestamp))
            if case .alert(let alert) = row.content { alertMonths.insert(Month(mjd: alert.mjd)) }
        }
        try months.ensure(alertMonths: alertMonths, messageMonths: messageMonths, connection)
    }
}
