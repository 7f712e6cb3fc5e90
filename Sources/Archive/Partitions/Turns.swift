internal import Postgres
internal import Sky

extension Archive {
    private static let raise = PreparedStatement(
        """
        INSERT INTO partitions AS p (topic_id, partition_id, epoch, holder, raised_at)
        SELECT topic_id, partition_id, 1, $3, now()
        FROM unnest($1::integer[], $2::integer[]) AS u (topic_id, partition_id)
        ORDER BY topic_id, partition_id
        ON CONFLICT (topic_id, partition_id) DO UPDATE
            SET epoch = p.epoch + 1, holder = excluded.holder, raised_at = excluded.raised_at
        RETURNING topic_id, partition_id, epoch
        """,
        [.int32s, .int32s, .text]
    )

    /// Takes partitions: from now on nobody decides about their messages who has an older epoch. A decision that is under way
    /// elsewhere is waited for; it takes milliseconds.
    ///
    /// - Parameter holder: who takes them, as others are told.
    /// - Returns: the epoch of each, for `decide`.
    package func take(_ partitions: [InputPartition], holder: String) throws -> [InputPartition: Int64] {
        guard !partitions.isEmpty else { return [:] }
        var numbers: [(topic: Int32, partition: Int32)] = []
        for partition in partitions {
            numbers.append((try names.number(topic: partition.topic, connection), partition.number))
        }
        let rows = try connection.query(
            Self.raise,
            [.int32s(numbers.map(\.topic)), .int32s(numbers.map(\.partition)), .text(holder)]
        )
        var epochs: [InputPartition: Int64] = [:]
        for row in 0..<rows.count {
            let topic = try names.topic(rows[row, 0].int32, connection)
            epochs[InputPartition(topic: topic, number: try rows[row, 1].int32)] = try rows[row, 2].int64
        }
        return epochs
    }
}

/// The row of a partition, locked until the decision's commit.
struct PartitionTurn {
    let partition: PartitionNumber
    let epoch: Int64
    /// Who has the epoch, in words.
    let holder: String
    /// The offset after the last that was ever decided.
    let decidedNext: Int64
    /// Offsets that are known to be published, each from the first to before the last, in order.
    let published: [Range<Int64>]

    /// Locks the rows of partitions, which come in order. The epoch is compared by who asks: after waiting for another's
    /// commit the row is the newest one.
    static let lock = PreparedStatement(
        """
        SELECT p.topic_id, p.partition_id, p.epoch, p.holder, p.decided_next,
               ARRAY(SELECT lower(r) FROM unnest(p.published) AS r), ARRAY(SELECT upper(r) FROM unnest(p.published) AS r)
        FROM unnest($1::integer[], $2::integer[]) AS u (topic_id, partition_id)
        CROSS JOIN LATERAL (
            SELECT * FROM partitions x WHERE x.topic_id = u.topic_id AND x.partition_id = u.partition_id
            FOR NO KEY UPDATE
        ) AS p
        """,
        [.int32s, .int32s]
    )

    /// What a decision leaves behind in the rows that it has locked: how far it went, what Kafka has committed since, and the
    /// offsets at which other messages stand now.
    static let update = PreparedStatement(
        """
        UPDATE partitions p
        SET decided_next = greatest(p.decided_next, u.decided_next),
            published = p.published + u.published::int8multirange - u.void::int8multirange
        FROM unnest($1::integer[], $2::integer[], $3::bigint[], $4::text[], $5::text[])
            AS u (topic_id, partition_id, decided_next, published, void)
        WHERE p.topic_id = u.topic_id AND p.partition_id = u.partition_id AND p.topic_id = ANY ($1)
        """,
        [.int32s, .int32s, .int64s, .texts, .texts]
    )

    init(_ rows: PostgresResult, _ row: Int) throws {
        partition = PartitionNumber(topic: try rows[row, 0].int32, number: try rows[row, 1].int32)
        epoch = try rows[row, 2].int64
        holder = try rows[row, 3].string
        decidedNext = try rows[row, 4].int64
        published = zip(try rows[row, 5].int64s, try rows[row, 6].int64s).map { $0..<max($0, $1) }
    }

    func isPublished(_ offset: Int64) -> Bool {
        var (low, high) = (0, published.count)
        while low < high {
            let middle = (low + high) / 2
            if published[middle].upperBound <= offset { low = middle + 1 } else { high = middle }
        }
        return low < published.count && published[low].contains(offset)
    }

    /// Ranges as PostgreSQL writes them.
    static func text(_ ranges: [Range<Int64>]) -> String {
        "{" + ranges.map { "[\($0.lowerBound),\($0.upperBound))" }.joined(separator: ",") + "}"
    }
}
