internal import Ground
internal import Postgres
package import Sky

extension Archive {
    /// Decides about every row, and reads what is needed to annotate those that are to be annotated. When it returns, the
    /// database has committed: what was decided is final, whoever answers it, and whenever.
    ///
    /// Rows may come in any order; they are taken in the order of their positions, so that within a batch the first
    /// message of an alert owns it, and each alert sees only those of its object before it. Where it throws, nothing was
    /// decided, or it is not known (a connection that broke in the commit): the same rows may be decided again.
    ///
    /// - Parameters:
    ///   - epochs: of every partition that the rows stand in, from `take`.
    ///   - published: what Kafka has committed since the decision before.
    ///   - model: checksum of the model at hand, for its stored embeddings.
    ///   - coneRadius: how far from an alert a spectrum or a catalogue row may lie that does not name the alert's
    ///     object (arcseconds). Alerts that are matched with a Solar System object are not joined by position.
    ///   - quality: what is no detection.
    /// - Throws: `ArchiveError.dispossessed` where another worker has taken one of the partitions; `PostgresError`.
    package func decide(
        _ incoming: [IncomingRow],
        under epochs: [InputPartition: Int64],
        telling published: [CommittedOffsets] = [],
        model: String,
        coneRadius: Double,
        quality: QualityRule
    ) throws -> DecidedBatch {
        var incoming = incoming.map(Self.checked)
        let order = Self.order(of: incoming)
        try prepareNames(&incoming)
        try prepareMonths(incoming)
        let modelNumber = try names.number(model: model, connection)
        let staged = try StagedRows(incoming, order, &names, connection)
        var told: [(topic: Int32, CommittedOffsets)] = []
        for range in published { told.append((try names.number(topic: range.topic, connection), range)) }
        do {
            var deciding = Deciding(self, DecidedBatch(rows: incoming, model: model), order, staged)
            try deciding.takeTurns(under: epochs, telling: told)
            try deciding.readKnown()
            try deciding.claim()
            try deciding.settle()
            try deciding.join(modelNumber, coneRadius: coneRadius / 3600, quality)
            try deciding.commit()
            return deciding.batch
        } catch {
            connection.rollback()
            throw error
        }
    }
}

/// A decision under way: what its transaction has found out and settled so far. Rows go by their rank in the order of their
/// positions.
struct Deciding {
    let archive: Archive
    var batch: DecidedBatch
    /// For each rank the index of the row.
    let order: [Int]
    let staged: StagedRows
    var turns: [PartitionNumber: PartitionTurn] = [:]
    /// What Kafka has committed since the decision before.
    var told: [PartitionNumber: [Range<Int64>]] = [:]
    /// Offsets that were known to be published, at which other messages stand now.
    var void: [PartitionNumber: [Range<Int64>]] = [:]
    /// For each rank.
    var decisions: [Decision?]
    /// Ranks of alerts that this transaction has decided to annotate, and of those that one before it has and that no answer
    /// is stored of.
    var (won, owed): ([Int], [Int]) = ([], [])

    init(_ archive: Archive, _ batch: DecidedBatch, _ order: [Int], _ staged: StagedRows) {
        (self.archive, self.batch, self.order, self.staged) = (archive, batch, order, staged)
        decisions = Array(repeating: nil, count: order.count)
    }

    var connection: PostgresConnection { archive.connection }

    /// Begins the transaction with the locks on its partitions. One position is in one decision at a time: a zombie waits for
    /// its successor here, and finds its epoch outdated.
    mutating func takeTurns(
        under epochs: [InputPartition: Int64],
        telling published: [(topic: Int32, CommittedOffsets)]
    ) throws {
        for (topic, range) in published {
            guard epochs[InputPartition(topic: range.topic, number: range.partition)] != nil else { continue }
            told[PartitionNumber(topic: topic, number: range.partition), default: []]
                .append((range.first ?? range.next)..<range.next)
        }
        let partitions = Set(order.indices.map(staged.partition)).union(told.keys).sorted()
        let results = try connection.pipelined { pipeline in
            pipeline.add(DecidingStatements.begin)
            pipeline.add(PartitionTurn.lock, [.int32s(partitions.map(\.topic)), .int32s(partitions.map(\.number))])
        }
        for row in 0..<results[1].count {
            let turn = try PartitionTurn(results[1], row)
            turns[turn.partition] = turn
        }
        for number in partitions {
            let partition = InputPartition(
                topic: try archive.names.topic(number.topic, connection),
                number: number.number
            )
            guard let turn = turns[number], turn.epoch == epochs[partition] else {
                throw ArchiveError.dispossessed(
                    partition: partition.description,
                    holder: turns[number].map(\.holder) ?? ""
                )
            }
        }
    }

    /// What has been decided about the rows before. Behind the last offset that ever was there is nothing to look for.
    mutating func readKnown() throws {
        let again = order.indices.filter { rank in
            turns[staged.partition(rank)].map { staged.offsets[rank] < $0.decidedNext } ?? true
        }
        guard !again.isEmpty else { return }
        let rows = try connection.query(DecidingStatements.readKnown, staged.positions(of: again))
        for row in 0..<rows.count {
            decisions[again[Int(try rows[row, 0].int32)]] = try Decision(known: rows, row)
        }
    }

    /// Claims the alerts of rows that nothing was decided about: who comes first owns the alert, in the database.
    mutating func claim() throws {
        for rank in order.indices where decisions[rank] == nil {
            guard case .deadLetter(let letter) = batch.rows[order[rank]].content else { continue }
            decisions[rank] = Decision(
                letter,
                survey: try letter.survey.map { try archive.names.number(survey: $0, connection) }
            )
        }
        let alerts = order.indices.filter { decisions[$0] == nil }.compactMap { staged.alert($0) }
        guard !alerts.isEmpty else { return }
        let results = try connection.pipelined { pipeline in
            pipeline.add(DecidingStatements.insertObjects, StagedRows.objects(of: alerts))
            pipeline.add(
                DecidingStatements.findConflicts,
                StagedRows.identities(of: alerts) + [.double(Archive.conflictingDays)]
            )
            pipeline.add(
                DecidingStatements.insertOwners,
                StagedRows.identities(of: alerts) + staged.positions(of: alerts.map(\.rank))
            )
            pipeline.add(DecidingStatements.findObjects, StagedRows.objectNames(of: alerts))
        }
        try takeWon(alerts, conflicts: results[1], won: results[2], objects: results[3])
        try findOwners(of: alerts.filter { decisions[$0.rank] == nil })
    }

    private mutating func takeWon(
        _ alerts: [StagedRows.StagedAlert],
        conflicts: PostgresResult,
        won rows: PostgresResult,
        objects: PostgresResult
    ) throws {
        var (conflicting, objectIds): (Set<Int>, [Int: Int64]) = ([], [:])
        for row in 0..<conflicts.count { conflicting.insert(Int(try conflicts[row, 0].int32)) }
        for row in 0..<objects.count { objectIds[Int(try objects[row, 0].int32)] = try objects[row, 1].int64 }
        var owners: Set<PositionNumber> = []
        for row in 0..<rows.count { owners.insert(try PositionNumber(rows, row, from: 0)) }
        for (place, alert) in alerts.enumerated() where owners.contains(staged.position(alert.rank)) {
            guard let object = objectIds[place] else {
                throw PostgresError(
                    kind: .unexpectedAnswer,
                    message: "no row of object \(alert.alert.objectId.plain(limit: 64))",
                    context: "objects"
                )
            }
            decisions[alert.rank] = Decision(alert, object: object, isConflicting: conflicting.contains(place))
            won.append(alert.rank)
        }
        // In the order of positions, as the rows of each object are numbered.
        won.sort()
    }

    /// Alerts that another position owns. Where it is this very position, retention has dropped the ledger's row.
    private mutating func findOwners(of alerts: [StagedRows.StagedAlert]) throws {
        guard !alerts.isEmpty else { return }
        let rows = try connection.query(DecidingStatements.readOwners, StagedRows.identities(of: alerts))
        for row in 0..<rows.count {
            let alert = alerts[Int(try rows[row, 0].int32)]
            let owner = try PositionNumber(rows, row, from: 1)
            decisions[alert.rank] = Decision(alert, owner: owner, isOwn: owner == staged.position(alert.rank))
        }
    }
}
