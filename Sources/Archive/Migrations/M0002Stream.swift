extension Migration {
    /// What was decided about every input message.
    static let stream = Migration(
        version: 2,
        name: "stream",
        sql: """
            -- One row for each input position, written once. outcome: 1 annotated, 2 duplicate, 3 dead letter.
            -- message_time: the message's timestamp in milliseconds since 1970; it tells a topic that was made anew
            -- from the old one, and gives the month by which the table is partitioned (UTC).
            CREATE TABLE ledger (
                topic_id integer NOT NULL,
                partition_id integer NOT NULL,
                message_offset bigint NOT NULL,
                message_time bigint NOT NULL,
                survey_id smallint,
                alert_id bigint,
                mjd double precision,
                outcome smallint NOT NULL CHECK (outcome BETWEEN 1 AND 3),
                code text,
                reason text,
                stored_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
                PRIMARY KEY (topic_id, partition_id, message_offset, message_time)
            ) PARTITION BY RANGE (message_time);
            CREATE TABLE ledger_default PARTITION OF ledger DEFAULT;

            -- The position that owns an alert: whose message was the first. An alert is its survey, its id and its own
            -- time (MJD), by whose month the table is partitioned. A known id with another time is another alert.
            CREATE TABLE owner (
                survey_id smallint NOT NULL,
                alert_id bigint NOT NULL,
                mjd double precision NOT NULL,
                topic_id integer NOT NULL,
                partition_id integer NOT NULL,
                message_offset bigint NOT NULL,
                message_time bigint NOT NULL,
                stored_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
                PRIMARY KEY (survey_id, alert_id, mjd)
            ) PARTITION BY RANGE (mjd);
            CREATE TABLE owner_default PARTITION OF owner DEFAULT;

            -- Offsets that Kafka is known to have committed. An offset in here means: the newest ledger row of that
            -- offset is published. Hence a message that is written anew at such an offset takes the offset out again.
            CREATE TABLE committed (
                topic_id integer NOT NULL,
                partition_id integer NOT NULL,
                offsets int8multirange NOT NULL,
                PRIMARY KEY (topic_id, partition_id)
            );

            -- Where the group first began to read a partition.
            CREATE TABLE start_positions (
                topic_id integer NOT NULL,
                partition_id integer NOT NULL,
                message_offset bigint NOT NULL,
                decided_at timestamptz NOT NULL DEFAULT now(),
                PRIMARY KEY (topic_id, partition_id)
            );
            """
    )
}
