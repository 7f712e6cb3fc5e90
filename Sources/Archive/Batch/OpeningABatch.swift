import Ground
internal import Postgres
package import Sky

extension Archive {
    /// Begins a batch: decides about every row and reads what is needed to annotate those that are to be annotated.
    ///
    /// Rows may come in any order; they are taken in the order of their positions, so that within a batch the first
    /// message of an alert owns it, and each alert sees only those of its object before it. Where the batch fails, it
    /// is rolled back; where the error `isRetriable`, the same rows may be opened again.
    ///
    /// - Parameters:
    ///   - model: checksum of the model at hand, for its stored embeddings.
    ///   - coneRadius: how far from an alert a spectrum or a catalogue row may lie that does not name the alert's
    ///     object (arcseconds). Alerts that are matched with a Solar System object are not joined by position.
    ///   - quality: what is no detection.
    package func open(
        _ incoming: [IncomingRow],
        model: String,
        coneRadius: Double,
        quality: QualityRule
    ) throws -> OpenBatch {
        guard openBatch?.isOpen != true else { throw ArchiveError.batchNotOpen }
        var incoming = incoming.map(Self.checked)
        let modelNumber = try names.number(model: model, connection)
        let order = Self.order(of: incoming)
        try prepareNames(&incoming)
        try prepareMonths(incoming)
        let batch = OpenBatch(archive: self, incoming: incoming, modelNumber: modelNumber, quality: quality)
        do {
            try begin(batch, order: order, coneRadius: coneRadius / 3600)
        } catch {
            batch.rollback()
            throw error
        }
        openBatch = batch
        return batch
    }

    /// Bytes of an object's id at the most: PostgreSQL takes no index entry above 2.7 kB, and no survey names anything
    /// at a tenth of that.
    private static let longestObjectId = 255

    /// What cannot be filed under its time, position or object is a dead letter.
    private static func checked(_ row: IncomingRow) -> IncomingRow {
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
    private static func order(of incoming: [IncomingRow]) -> [Int] {
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
    private func prepareNames(_ incoming: inout [IncomingRow]) throws {
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

    private func prepareMonths(_ incoming: [IncomingRow]) throws {
        var alertMonths: Set<Month> = []
        var messageMonths: Set<Month> = []
        for row in incoming {
            messageMonths.insert(Month(milliseconds: row.position.timestamp))
            if case .alert(let alert) = row.content { alertMonths.insert(Month(mjd: alert.mjd)) }
        }
        try months.ensure(alertMonths: alertMonths, messageMonths: messageMonths, connection)
    }

    private func begin(_ batch: OpenBatch, order: [Int], coneRadius: Double) throws {
        let staged = try StagedRows(batch.incoming, order, &names, connection)
        // A round trip of its own, so that waiting for the batch before is not taken for work.
        let clock = ContinuousClock()
        let start = clock.now
        _ = try connection.pipelined { pipeline in
            pipeline.add(BatchStatements.begin)
            pipeline.add(BatchStatements.lockPartitions, staged.partitionParameters)
        }
        batch.lockWait = clock.now - start
        let results = try connection.pipelined { pipeline in
            pipeline.add(BatchStatements.insertObjects, staged.objectParameters)
            pipeline.add(BatchStatements.insertOwners, staged.ownerParameters)
            pipeline.add(BatchStatements.insertLedger, staged.ledgerParameters)
            pipeline.add(BatchStatements.readOutcomes, staged.outcomeParameters + [.double(Self.conflictingDays)])
        }
        let decisions = try Decisions(results[3], order)
        try settle(batch, decisions, order, staged)
        try join(batch, decisions, order, staged, coneRadius: coneRadius)
    }

    /// Locks the objects of what is to be annotated, reads what is known of them, and puts it together.
    private func join(
        _ batch: OpenBatch,
        _ decisions: Decisions,
        _ order: [Int],
        _ staged: StagedRows,
        coneRadius: Double
    ) throws {
        let alerts = staged.alerts.filter { decisions[order[Int($0.rank)]]?.isToBeAnnotated == true }
        guard !alerts.isEmpty else { return }
        let objects = Set(alerts.compactMap { decisions[order[Int($0.rank)]]?.objectId }).sorted()
        let results = try connection.pipelined { pipeline in
            pipeline.add(BatchStatements.lockObjects, [.int64s(objects)])
            pipeline.add(BatchStatements.readHistories, [.int64s(objects)])
            pipeline.add(
                ModalityStatements.read,
                ModalityStatements.parameters(alerts, model: batch.modelNumber, radius: coneRadius)
            )
        }
        try assemble(batch, decisions, order, objects: results[0], histories: results[1], modalities: results[2])
    }
}
