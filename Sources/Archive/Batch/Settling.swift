internal import Postgres
internal import Sky

extension Deciding {
    /// Turns decisions into outcomes, all but those that are to be annotated.
    mutating func settle() throws {
        var (again, unknown): ([Int], [Int]) = ([], [])
        for rank in order.indices {
            let index = order[rank]
            guard let decision = decisions[rank] else {
                throw PostgresError(
                    kind: .unexpectedAnswer,
                    message: "nobody owns the alert of \(batch.rows[index].position)",
                    context: "owner"
                )
            }
            // Known to be published, by this very message: nothing more goes out. Where retention has dropped the
            // ledger's row, the owner still knows.
            let isOwnedBefore = decision.kind == .annotated && decision.ground == nil
            if decision.isKnown || isOwnedBefore, isPublished(rank) {
                batch.outcomes[index] = .replay
                continue
            }
            if isPublished(rank) { unknown.append(rank) }
            switch decision.kind {
            case .deadLetter: batch.outcomes[index] = .deadLetter(try letter(decision))
            case .duplicate: batch.outcomes[index] = .duplicate(of: try owner(decision))
            case .annotated: if decision.isKnown || isOwnedBefore { again.append(rank) }
            }
        }
        try readStored(again)
        try voidMarks(of: unknown)
    }

    private func isPublished(_ rank: Int) -> Bool {
        let partition = staged.partition(rank)
        let offset = staged.offsets[rank]
        return turns[partition]?.isPublished(offset) == true
            || told[partition, default: []].contains { $0.contains(offset) }
    }

    /// Another message stands where one was published: the mark does not speak of it.
    private mutating func voidMarks(of ranks: [Int]) throws {
        for rank in ranks {
            let offset = staged.offsets[rank]
            void[staged.partition(rank), default: []].append(offset..<offset + 1)
        }
        try reportRecreated(ranks)
    }

    private mutating func reportRecreated(_ ranks: [Int]) throws {
        guard !ranks.isEmpty else { return }
        let rows = try connection.query(DecidingStatements.readRecreated, staged.positions(of: ranks))
        for row in 0..<rows.count {
            let position = InputPosition(
                topic: try archive.names.topic(rows[row, 0].int32, connection),
                partition: try rows[row, 1].int32,
                offset: try rows[row, 2].int64,
                timestamp: try rows[row, 3].int64
            )
            batch.recreated.append(RecreatedTopic(position: position, formerTimestamp: try rows[row, 4].int64))
        }
    }

    private func letter(_ decision: Decision) throws -> DeadLetter {
        DeadLetter(
            code: decision.code ?? "",
            reason: decision.reason ?? "",
            survey: try decision.survey.map { try archive.names.survey($0, connection) },
            alertId: decision.alertId
        )
    }

    private func owner(_ decision: Decision) throws -> InputPosition? {
        guard let owner = decision.owner else { return nil }
        return InputPosition(
            topic: try archive.names.topic(owner.topic, connection),
            partition: owner.partition,
            offset: owner.offset,
            timestamp: owner.timestamp
        )
    }

    /// Reads the answers of rows that were to be annotated before and are not known to be published. Where none is stored it
    /// is owed; one from before there were such accounts was published long ago and dropped by retention: a replay.
    private mutating func readStored(_ ranks: [Int]) throws {
        guard !ranks.isEmpty else { return }
        let rows = try connection.query(
            DecidingStatements.readStored,
            [
                .int32s(ranks.map { Int32($0) }), .int16s(ranks.map { decisions[$0]?.survey ?? 0 }),
                .int64s(ranks.map { decisions[$0]?.alertId ?? 0 }), .doubles(ranks.map { decisions[$0]?.mjd ?? .nan }),
            ]
        )
        var stored: Set<Int> = []
        for row in 0..<rows.count {
            let rank = Int(try rows[row, 0].int32)
            stored.insert(rank)
            batch.outcomes[order[rank]] = .stored(try StoredAnnotation(rows, row, from: 1, &archive.names, connection))
        }
        for rank in ranks where !stored.contains(rank) && decisions[rank]?.ground != nil {
            if case .deadLetter(let letter) = batch.rows[order[rank]].content {
                throw ArchiveError.owedUnreadable(position: batch.rows[order[rank]].position, reason: letter.reason)
            }
            owed.append(rank)
        }
    }

    /// Writes what was decided, and commits.
    mutating func commit() throws {
        let fresh = order.indices.filter { decisions[$0]?.isKnown == false }
        let partitions = turns.keys.sorted()
        var next = turns.mapValues(\.decidedNext)
        for rank in order.indices {
            let partition = staged.partition(rank)
            next[partition] = max(next[partition] ?? 0, staged.offsets[rank] + 1)
        }
        _ = try connection.pipelined { pipeline in
            if !fresh.isEmpty {
                pipeline.add(DecidingStatements.insertLedger, staged.ledger(of: fresh, decisions))
            }
            if !partitions.isEmpty {
                pipeline.add(
                    PartitionTurn.update,
                    [
                        .int32s(partitions.map(\.topic)), .int32s(partitions.map(\.number)),
                        .int64s(partitions.map { next[$0] ?? 0 }),
                        .texts(partitions.map { PartitionTurn.text(told[$0] ?? []) }),
                        .texts(partitions.map { PartitionTurn.text(void[$0] ?? []) }),
                    ]
                )
            }
            pipeline.add(DecidingStatements.commit)
        }
    }
}
