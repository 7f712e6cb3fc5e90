internal import Postgres
internal import Sky

private enum CommittedStatements {
    static let commit = PreparedStatement("COMMIT")

    /// Adds ranges. Where only the end is known ($3 is -1), everything counts from the last known offset before it, or
    /// from where the group began to read; nothing, where neither is known or the end is covered already.
    static let raise = PreparedStatement(
        """
        INSERT INTO committed AS c (topic_id, partition_id, offsets)
        SELECT topic_id, partition_id, range_agg(int8range(first, next))
        FROM (
            SELECT u.topic_id, u.partition_id, u.next, CASE
                WHEN u.first >= 0 THEN u.first
                WHEN k.offsets @> u.next - 1 THEN u.next
                ELSE coalesce(
                    (SELECT max(upper(r)) FROM unnest(k.offsets) AS r WHERE upper(r) <= u.next),
                    least(p.message_offset, u.next), u.next) END AS first
            FROM unnest($1::integer[], $2::integer[], $3::bigint[], $4::bigint[])
                AS u (topic_id, partition_id, first, next)
            LEFT JOIN LATERAL (
                SELECT offsets FROM committed x
                WHERE x.topic_id = u.topic_id AND x.partition_id = u.partition_id OFFSET 0) AS k ON true
            LEFT JOIN LATERAL (
                SELECT message_offset FROM start_positions x
                WHERE x.topic_id = u.topic_id AND x.partition_id = u.partition_id OFFSET 0) AS p ON true
        ) AS ranges
        WHERE first < next
        GROUP BY topic_id, partition_id
        ORDER BY topic_id, partition_id
        ON CONFLICT (topic_id, partition_id) DO UPDATE SET offsets = c.offsets + excluded.offsets
        """,
        [.int32s, .int32s, .int64s, .int64s]
    )

    /// Locks the rows of partitions, which come in order.
    static let lock = PreparedStatement(
        """
        SELECT FROM unnest($1::integer[], $2::integer[]) AS u (topic_id, partition_id)
        CROSS JOIN LATERAL (
            SELECT FROM committed c WHERE c.topic_id = u.topic_id AND c.partition_id = u.partition_id FOR UPDATE
        ) AS locked
        """,
        [.int32s, .int32s]
    )

    /// Takes offsets out, of rows that are there and locked: nothing is ever inserted.
    static let lower = PreparedStatement(
        """
        INSERT INTO committed AS c (topic_id, partition_id, offsets)
        SELECT topic_id, partition_id, range_agg(int8range(message_offset, message_offset + 1))
        FROM unnest($1::integer[], $2::integer[], $3::bigint[]) AS u (topic_id, partition_id, message_offset)
        WHERE EXISTS (
            SELECT FROM committed x WHERE x.topic_id = u.topic_id AND x.partition_id = u.partition_id OFFSET 0)
        GROUP BY topic_id, partition_id
        ORDER BY topic_id, partition_id
        ON CONFLICT (topic_id, partition_id) DO UPDATE SET offsets = c.offsets - excluded.offsets
        """,
        [.int32s, .int32s, .int64s]
    )
}

extension Archive {
    /// Notes what Kafka has committed: at an assignment its own committed offsets, when a worker stops the offsets of
    /// its last batch.
    package func raiseCommitted(_ committed: [CommittedOffsets]) throws {
        guard openBatch?.isOpen != true else { throw ArchiveError.batchNotOpen }
        guard !committed.isEmpty else { return }
        let parameters = try raiseParameters(committed)
        try connection.query(CommittedStatements.raise, parameters)
    }

    /// Commits the open transaction with changes of the committed offsets, the last rows that a batch touches.
    func commit(raising: [CommittedOffsets], lowering: [InputPosition]) throws {
        var numbers: [(topic: Int32, position: InputPosition)] = []
        for position in lowering { numbers.append((try names.number(topic: position.topic, connection), position)) }
        numbers.sort { ($0.topic, $0.position) < ($1.topic, $1.position) }
        let topics = PostgresParameter.int32s(numbers.map(\.topic))
        let partitions = PostgresParameter.int32s(numbers.map(\.position.partition))
        let raise = try raising.isEmpty ? nil : raiseParameters(raising)
        _ = try connection.pipelined { pipeline in
            if !numbers.isEmpty { pipeline.add(CommittedStatements.lock, [topics, partitions]) }
            if let raise { pipeline.add(CommittedStatements.raise, raise) }
            if !numbers.isEmpty {
                let offsets = PostgresParameter.int64s(numbers.map(\.position.offset))
                pipeline.add(CommittedStatements.lower, [topics, partitions, offsets])
            }
            pipeline.add(CommittedStatements.commit)
        }
    }

    private func raiseParameters(_ committed: [CommittedOffsets]) throws -> [PostgresParameter] {
        var (topics, partitions, firsts, nexts): ([Int32], [Int32], [Int64], [Int64]) = ([], [], [], [])
        for range in committed {
            topics.append(try names.number(topic: range.topic, connection))
            partitions.append(range.partition)
            firsts.append(range.first ?? -1)
            nexts.append(range.next)
        }
        return [.int32s(topics), .int32s(partitions), .int64s(firsts), .int64s(nexts)]
    }

    /// For each partition the highest offset that Kafka is known to have committed, plus one: Kafka's own meaning.
    package func committedMarks() throws -> [CommittedOffsets] {
        let rows = try connection.query(
            """
            SELECT t.name, c.partition_id, lower(c.offsets), upper(c.offsets)
            FROM committed c JOIN topics t USING (topic_id) WHERE NOT isempty(c.offsets) ORDER BY 1, 2
            """
        )
        return try (0..<rows.count).map { row in
            CommittedOffsets(
                topic: try rows[row, 0].string,
                partition: try rows[row, 1].int32,
                first: try rows[row, 2].int64,
                next: try rows[row, 3].int64
            )
        }
    }
}

/// Where a group first began to read a partition.
package struct StartPosition: Hashable, Sendable {
    /// Input topic.
    package var topic: String
    /// Partition of the topic.
    package var partition: Int32
    /// The first offset that was read.
    package var offset: Int64

    /// A start position.
    package init(topic: String, partition: Int32, offset: Int64) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
    }
}

extension Archive {
    /// Stores where reading begins, so that `latest` skips nothing after a crash. The first that was stored stands;
    /// returned is what stands, in the same order.
    package func storeStartPositions(_ positions: [StartPosition]) throws -> [StartPosition] {
        for position in positions.sorted(by: { ($0.topic, $0.partition) < ($1.topic, $1.partition) }) {
            try connection.query(
                "INSERT INTO start_positions (topic_id, partition_id, message_offset) VALUES ($1, $2, $3) "
                    + "ON CONFLICT DO NOTHING",
                [
                    .int32(try names.number(topic: position.topic, connection)), .int32(position.partition),
                    .int64(position.offset),
                ]
            )
        }
        let standing = try startPositions()
        return positions.map { position in
            standing.first { $0.topic == position.topic && $0.partition == position.partition } ?? position
        }
    }

    /// Where the group first began to read each partition that it has been assigned.
    package func startPositions() throws -> [StartPosition] {
        let rows = try connection.query(
            """
            SELECT t.name, p.partition_id, p.message_offset
            FROM start_positions p JOIN topics t USING (topic_id) ORDER BY 1, 2
            """
        )
        return try (0..<rows.count).map { row in
            StartPosition(
                topic: try rows[row, 0].string,
                partition: try rows[row, 1].int32,
                offset: try rows[row, 2].int64
            )
        }
    }
}
