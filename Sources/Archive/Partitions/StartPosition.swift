internal import Postgres

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
    private static let start = PreparedStatement(
        """
        INSERT INTO partitions AS p (topic_id, partition_id, started, started_at)
        SELECT topic_id, partition_id, started, now()
        FROM unnest($1::integer[], $2::integer[], $3::bigint[]) AS u (topic_id, partition_id, started)
        ORDER BY topic_id, partition_id
        ON CONFLICT (topic_id, partition_id) DO UPDATE
            SET started = excluded.started, started_at = excluded.started_at WHERE p.started IS NULL
        """,
        [.int32s, .int32s, .int64s]
    )

    /// Stores where reading begins, so that `latest` skips nothing after a crash. The first that was stored stands;
    /// returned is what stands, in the same order.
    package func storeStartPositions(_ positions: [StartPosition]) throws -> [StartPosition] {
        guard !positions.isEmpty else { return [] }
        let topics = try positions.map { try names.number(topic: $0.topic, connection) }
        try connection.query(
            Self.start,
            [.int32s(topics), .int32s(positions.map(\.partition)), .int64s(positions.map(\.offset))]
        )
        let standing = try startPositions()
        return positions.map { position in
            standing.first { $0.topic == position.topic && $0.partition == position.partition } ?? position
        }
    }

    /// Where the group first began to read each partition that it has been assigned.
    package func startPositions() throws -> [StartPosition] {
        let rows = try connection.query(
            """
            SELECT t.name, p.partition_id, p.started
            FROM partitions p JOIN topics t USING (topic_id) WHERE p.started IS NOT NULL ORDER BY 1, 2
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
