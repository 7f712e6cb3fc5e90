internal import Postgres
internal import Sky

extension Archive {
    /// Adds ranges. Where only the end is known ($3 is -1), everything counts from the last known offset before it, or
    /// from where the group began to read; nothing, where neither is known or the end is covered already.
    private static let tell = PreparedStatement(
        """
        INSERT INTO partitions AS p (topic_id, partition_id, published)
        SELECT topic_id, partition_id, range_agg(int8range(first, next))
        FROM (
            SELECT u.topic_id, u.partition_id, u.next, CASE
                WHEN u.first >= 0 THEN u.first
                WHEN k.published @> u.next - 1 THEN u.next
                ELSE coalesce(
                    (SELECT max(upper(r)) FROM unnest(k.published) AS r WHERE upper(r) <= u.next),
                    least(k.started, u.next)) END AS first
            FROM unnest($1::integer[], $2::integer[], $3::bigint[], $4::bigint[])
                AS u (topic_id, partition_id, first, next)
            LEFT JOIN LATERAL (
                SELECT published, started FROM partitions x
                WHERE x.topic_id = u.topic_id AND x.partition_id = u.partition_id OFFSET 0) AS k ON true
        ) AS ranges
        WHERE first < next
        GROUP BY topic_id, partition_id
        ORDER BY topic_id, partition_id
        ON CONFLICT (topic_id, partition_id) DO UPDATE SET published = p.published + excluded.published
        """,
        [.int32s, .int32s, .int64s, .int64s]
    )

    /// Notes what Kafka has committed: at an assignment its own committed offsets, when a worker stops the offsets of
    /// its last batch.
    package func raiseCommitted(_ committed: [CommittedOffsets]) throws {
        guard !committed.isEmpty else { return }
        var (topics, partitions, firsts, nexts): ([Int32], [Int32], [Int64], [Int64]) = ([], [], [], [])
        for range in committed {
            topics.append(try names.number(topic: range.topic, connection))
            partitions.append(range.partition)
            firsts.append(range.first ?? -1)
            nexts.append(range.next)
        }
        try connection.query(Self.tell, [.int32s(topics), .int32s(partitions), .int64s(firsts), .int64s(nexts)])
    }

    /// For each partition the highest offset that Kafka is known to have committed, plus one: Kafka's own meaning.
    package func committedMarks() throws -> [CommittedOffsets] {
        let rows = try connection.query(
            """
            SELECT t.name, p.partition_id, lower(p.published), upper(p.published)
            FROM partitions p JOIN topics t USING (topic_id) WHERE NOT isempty(p.published) ORDER BY 1, 2
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
