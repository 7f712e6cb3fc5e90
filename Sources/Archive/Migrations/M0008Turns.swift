extension Migration {
    /// One row a partition: whose turn it is, how far it is decided, what is published. And with each decision all that its
    /// answer depends on.
    static let turns = Migration(
        version: 8,
        name: "turns",
        sql: """
            -- epoch: raised by each worker that takes the partition; who has an older one decides nothing more.
            -- decided_next: the offset after the last that was ever decided: a message at or behind it is new, before it the
            -- ledger may know it. published: offsets whose messages are known to have gone out; a message that is written
            -- anew at such an offset takes the offset out again. started: where the group first began to read. holder,
            -- raised_at: who has the epoch since when, for people.
            CREATE TABLE partitions (
                topic_id integer NOT NULL,
                partition_id integer NOT NULL,
                epoch bigint NOT NULL DEFAULT 0,
                decided_next bigint NOT NULL DEFAULT 0,
                published int8multirange NOT NULL DEFAULT '{}',
                started bigint,
                started_at timestamptz,
                holder text NOT NULL DEFAULT '',
                raised_at timestamptz,
                PRIMARY KEY (topic_id, partition_id)
            ) WITH (fillfactor = 50);

            -- Every partition that the ledger knows, from key to key, without reading what is between.
            WITH RECURSIVE known AS (
                (SELECT topic_id, partition_id FROM ledger ORDER BY topic_id, partition_id LIMIT 1)
                UNION ALL
                SELECT n.topic_id, n.partition_id
                FROM known k
                CROSS JOIN LATERAL (
                    SELECT l.topic_id, l.partition_id FROM ledger l
                    WHERE (l.topic_id, l.partition_id) > (k.topic_id, k.partition_id)
                    ORDER BY l.topic_id, l.partition_id LIMIT 1
                ) AS n
            )
            INSERT INTO partitions (topic_id, partition_id, decided_next, published, started, started_at)
            SELECT topic_id, partition_id,
                   coalesce((
                       SELECT max(l.message_offset) + 1 FROM ledger l
                       WHERE l.topic_id = k.topic_id AND l.partition_id = k.partition_id), 0),
                   coalesce(c.offsets, '{}'), s.message_offset, s.decided_at
            FROM (
                SELECT topic_id, partition_id FROM known
                UNION SELECT topic_id, partition_id FROM committed
                UNION SELECT topic_id, partition_id FROM start_positions
            ) AS k
            LEFT JOIN committed c USING (topic_id, partition_id)
            LEFT JOIN start_positions s USING (topic_id, partition_id);

            -- A worker of an older program that still runs fails at its next commit, in place of working beside a newer one.
            DROP TABLE committed, start_positions;

            -- Of outcome 1, where the alert was decided since this migration: its object, its row there, the spectrum and the
            -- catalogue row that it was joined with, and whether its id was known with another time. From these the answer is
            -- computed whenever it is owed, and computed again. Null in rows from before it, whose answers are all stored.
            ALTER TABLE ledger
                ADD COLUMN object_id bigint,
                ADD COLUMN row_number integer,
                ADD COLUMN spectrum_id bigint,
                ADD COLUMN metadata_id bigint,
                ADD COLUMN is_conflicting boolean;

            -- The snapshot of answers from before this migration.
            ALTER TABLE annotations ALTER COLUMN read_under DROP NOT NULL;
            """
    )
}
