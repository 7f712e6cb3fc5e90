internal import Postgres
package import Sky

/// What the ledger says of one input position.
package struct LedgerEntry: Hashable, Sendable {
    /// Where the message stands.
    package var position: InputPosition
    /// What became of it.
    package var outcome: MessageOutcome
    /// The survey, where it could be read.
    package var survey: SurveyName?
    /// The alert's id, where it could be read.
    package var alertId: Int64?
    /// The alert's own time (MJD), nil for a dead letter.
    package var mjd: Double?
    /// The dead letter's code.
    package var code: String?
}

/// The ledger's sums for one partition.
package struct LedgerCounts: Hashable, Sendable {
    /// Input topic.
    package var topic: String
    /// Partition of the topic.
    package var partition: Int32
    /// Messages that were annotated.
    package var annotated: Int
    /// Messages whose alert another position owns.
    package var duplicates: Int
    /// Messages that became dead letters.
    package var deadLetters: Int
    /// Annotated messages whose alert's id was known with another time.
    package var conflicting: Int
}

extension Archive {
    /// Reads the ledger of a partition by offset, one call each, without gathering it. The session is busy meanwhile:
    /// `body` must not use this archive.
    package func readLedger(
        topic: String,
        partition: Int32,
        offsets: Range<Int64>,
        _ body: (LedgerEntry) throws -> Void
    ) throws {
        guard let number = try names.known(topic: topic, connection) else { return }
        var surveys: [Int16: SurveyName] = [:]
        let rows = try connection.query("SELECT survey_id, name FROM surveys")
        for row in 0..<rows.count { surveys[try rows[row, 0].int16] = SurveyName(try rows[row, 1].string) }
        try connection.copyOut(
            """
            SELECT message_offset, message_time, outcome, survey_id, alert_id, mjd, code
            FROM ledger
            WHERE topic_id = \(number) AND partition_id = \(partition)
              AND message_offset >= \(offsets.lowerBound) AND message_offset < \(offsets.upperBound)
            ORDER BY message_offset, message_time
            """
        ) { fields in
            guard let outcome = MessageOutcome(rawValue: try fields[2].int16) else { return }
            try body(
                LedgerEntry(
                    position: InputPosition(
                        topic: topic,
                        partition: partition,
                        offset: try fields[0].int64,
                        timestamp: try fields[1].int64
                    ),
                    outcome: outcome,
                    survey: try fields[3].present.flatMap { surveys[try $0.int16] },
                    alertId: try fields[4].present?.int64,
                    mjd: try fields[5].present?.double,
                    code: try fields[6].present?.string
                )
            )
        }
    }

    /// The ledger's sums, by topic and partition.
    package func ledgerCounts() throws -> [LedgerCounts] {
        let rows = try connection.query(
            """
            SELECT t.name, l.partition_id, count(*) FILTER (WHERE l.outcome = 1),
                   count(*) FILTER (WHERE l.outcome = 2), count(*) FILTER (WHERE l.outcome = 3),
                   (SELECT count(*) FROM annotations a
                    WHERE a.revision = 0 AND a.flags & $1 <> 0 AND a.topic_id = t.topic_id
                      AND a.partition_id = l.partition_id)
            FROM ledger l JOIN topics t USING (topic_id)
            GROUP BY t.topic_id, t.name, l.partition_id ORDER BY 1, 2
            """,
            [.int32(Int32(bitPattern: AlertFlags.conflicting.rawValue))]
        )
        return try (0..<rows.count).map { row in
            LedgerCounts(
                topic: try rows[row, 0].string,
                partition: try rows[row, 1].int32,
                annotated: Int(try rows[row, 2].int64),
                duplicates: Int(try rows[row, 3].int64),
                deadLetters: Int(try rows[row, 4].int64),
                conflicting: Int(try rows[row, 5].int64)
            )
        }
    }

    /// The position that owns an alert, for each time under which its id is known.
    package func owners(survey: SurveyName, alertId: Int64) throws -> [(mjd: Double, position: InputPosition)] {
        guard let number = try names.known(survey: survey, connection) else { return [] }
        let rows = try connection.query(
            """
            SELECT mjd, topic_id, partition_id, message_offset, message_time
            FROM owner WHERE survey_id = $1 AND alert_id = $2 ORDER BY mjd
            """,
            [.int16(number), .int64(alertId)]
        )
        return try (0..<rows.count).map { row in
            let position = InputPosition(
                topic: try names.topic(rows[row, 1].int32, connection),
                partition: try rows[row, 2].int32,
                offset: try rows[row, 3].int64,
                timestamp: try rows[row, 4].int64
            )
            return (try rows[row, 0].double, position)
        }
    }
}
