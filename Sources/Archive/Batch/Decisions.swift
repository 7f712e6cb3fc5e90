internal import Postgres
internal import Sky

/// What the ledger says of each row of a batch.
struct Decisions {
    struct Decision {
        enum Kind: Int16 {
            case annotated = 1
            case duplicate = 2
            case deadLetter = 3
        }

        var kind: Kind
        /// Written by this transaction; else it was there before.
        var isFresh: Bool
        /// The row's offset is among those that Kafka is known to have committed.
        var isCommitted: Bool
        var owner: (topic: Int32, partition: Int32, offset: Int64, timestamp: Int64)?
        /// The alert's owner was written by this transaction.
        var isOwnerFresh: Bool
        var survey: Int16?
        var alertId: Int64?
        var mjd: Double?
        var code: String?
        var reason: String?
        /// The alert's id was known with another time before this transaction.
        var isConflicting: Bool
        /// The alert's object.
        var objectId: Int64?

        /// This transaction decided that the row is to be annotated.
        var isToBeAnnotated: Bool { kind == .annotated && isFresh && isOwnerFresh }
    }

    private var decisions: [Int: Decision] = [:]

    subscript(index: Int) -> Decision? { decisions[index] }

    /// Reads decisions, whose `ord` is the rank in `order`.
    init(_ rows: PostgresResult, _ order: [Int]) throws {
        decisions.reserveCapacity(rows.count)
        for row in 0..<rows.count {
            guard let kind = Decision.Kind(rawValue: try rows[row, 1].int16) else {
                throw PostgresError(kind: .unexpectedAnswer, message: "an outcome that is none", context: "ledger")
            }
            var owner: (topic: Int32, partition: Int32, offset: Int64, timestamp: Int64)?
            if !rows[row, 4].isNull {
                owner = try (rows[row, 4].int32, rows[row, 5].int32, rows[row, 6].int64, rows[row, 7].int64)
            }
            decisions[order[Int(try rows[row, 0].int32)]] = Decision(
                kind: kind,
                isFresh: try rows[row, 2].bool,
                isCommitted: try rows[row, 3].bool,
                owner: owner,
                isOwnerFresh: try rows[row, 8].present?.bool ?? false,
                survey: try rows[row, 9].present?.int16,
                alertId: try rows[row, 10].present?.int64,
                mjd: try rows[row, 11].present?.double,
                code: try rows[row, 12].present?.string,
                reason: try rows[row, 13].present?.string,
                isConflicting: try rows[row, 14].present?.bool ?? false,
                objectId: try rows[row, 15].present?.int64
            )
        }
    }
}

extension Archive {
    /// Turns decisions into outcomes, all but those to be annotated.
    func settle(_ batch: OpenBatch, _ decisions: Decisions, _ order: [Int], _ staged: StagedRows) throws {
        var again: [(index: Int, survey: Int16, alertId: Int64, mjd: Double)] = []
        var ranks: [Int] = []
        for (rank, index) in order.enumerated() {
            guard let decision = decisions[index] else {
                throw PostgresError(
                    kind: .unexpectedAnswer,
                    message: "no ledger row at \(batch.incoming[index].position)"
                )
            }
            // Known to be published, by this very message: nothing more goes out. Where retention has dropped the
            // ledger's row, the owner still knows.
            let isKnown = !decision.isFresh || (decision.kind == .annotated && !decision.isOwnerFresh)
            if decision.isCommitted, isKnown {
                batch.outcomes[index] = .replay
                continue
            }
            if decision.isCommitted {
                batch.uncommit.append(index)
                ranks.append(rank)
            }
            switch decision.kind {
            case .deadLetter:
                batch.outcomes[index] = .deadLetter(try letter(decision))
            case .duplicate:
                batch.outcomes[index] = .duplicate(of: try owner(decision))
            case .annotated where decision.isToBeAnnotated:
                break
            case .annotated:
                if let survey = decision.survey, let alertId = decision.alertId, let mjd = decision.mjd {
                    again.append((index, survey, alertId, mjd))
                }
            }
        }
        try readStored(batch, again)
        try reportRecreated(batch, ranks, staged)
    }

    private func letter(_ decision: Decisions.Decision) throws -> DeadLetter {
        DeadLetter(
            code: decision.code ?? "",
            reason: decision.reason ?? "",
            survey: try decision.survey.map { try names.survey($0, connection) },
            alertId: decision.alertId
        )
    }

    private func owner(_ decision: Decisions.Decision) throws -> InputPosition? {
        guard let owner = decision.owner else { return nil }
        return InputPosition(
            topic: try names.topic(owner.topic, connection),
            partition: owner.partition,
            offset: owner.offset,
            timestamp: owner.timestamp
        )
    }

    /// Reads the annotations of rows that were annotated before but are not known to be published. One that retention
    /// has dropped was published long ago: a replay.
    private func readStored(
        _ batch: OpenBatch,
        _ again: [(index: Int, survey: Int16, alertId: Int64, mjd: Double)]
    ) throws {
        guard !again.isEmpty else { return }
        let rows = try connection.query(
            BatchStatements.readStored,
            [
                .int32s(again.map { Int32($0.index) }), .int16s(again.map(\.survey)), .int64s(again.map(\.alertId)),
                .doubles(again.map(\.mjd)),
            ]
        )
        for row in 0..<rows.count {
            let index = Int(try rows[row, 0].int32)
            batch.outcomes[index] = .stored(try StoredAnnotation(rows, row, from: 1, &names, connection))
        }
    }

    private func reportRecreated(_ batch: OpenBatch, _ ranks: [Int], _ staged: StagedRows) throws {
        guard !ranks.isEmpty else { return }
        let rows = try connection.query(
            BatchStatements.readRecreated,
            [
                .int32s(ranks.map { staged.topics[$0] }), .int32s(ranks.map { staged.partitions[$0] }),
                .int64s(ranks.map { staged.offsets[$0] }), .int64s(ranks.map { staged.timestamps[$0] }),
            ]
        )
        for row in 0..<rows.count {
            let position = InputPosition(
                topic: try names.topic(rows[row, 0].int32, connection),
                partition: try rows[row, 1].int32,
                offset: try rows[row, 2].int64,
                timestamp: try rows[row, 3].int64
            )
            batch.recreated.append(RecreatedTopic(position: position, formerTimestamp: try rows[row, 4].int64))
        }
    }
}
