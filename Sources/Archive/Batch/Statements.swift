internal import Postgres

/// The SQL of a decision. Rows of a batch come as arrays (`StagedRows`), and every statement reads the growing tables by
/// index for each of them (`PlanTests` holds it). `LATERAL` with `OFFSET 0` keeps it so: the planner does not dissolve
/// such a look-up into a join, whose order it would choose by what it believes of a young table, once and for long.
///
/// Every worker touches the tables in one order (partitions, new objects, owner, locks of objects, detections, objects,
/// ledger) and each table in the order of its key, so that two workers can wait for each other but never in a circle.
enum DecidingStatements {
    static let begin = PreparedStatement("BEGIN ISOLATION LEVEL READ COMMITTED")
    static let commit = PreparedStatement("COMMIT")

    /// What has been decided about positions, and who owns the alerts.
    static let readKnown = PreparedStatement(
        """
        SELECT s.ord::integer - 1, l.outcome, l.survey_id, l.alert_id, l.mjd, l.code, l.reason,
               l.object_id, l.row_number, l.spectrum_id, l.metadata_id, l.is_conflicting,
               o.topic_id, o.partition_id, o.message_offset, o.message_time, b.flux_choice
        FROM unnest($1::integer[], $2::integer[], $3::bigint[], $4::bigint[]) WITH ORDINALITY
            AS s (topic_id, partition_id, message_offset, message_time, ord)
        CROSS JOIN LATERAL (
            SELECT * FROM ledger x
            WHERE x.topic_id = s.topic_id AND x.partition_id = s.partition_id
              AND x.message_offset = s.message_offset AND x.message_time = s.message_time
            OFFSET 0) AS l
        LEFT JOIN LATERAL (
            SELECT * FROM owner x WHERE x.survey_id = l.survey_id AND x.alert_id = l.alert_id AND x.mjd = l.mjd
            OFFSET 0) AS o ON true
        LEFT JOIN LATERAL (SELECT * FROM objects x WHERE x.object_id = l.object_id OFFSET 0) AS b ON true
        """,
        [.int32s, .int32s, .int64s, .int64s]
    )

    static let insertObjects = PreparedStatement(
        """
        INSERT INTO objects (survey_id, name, ra, dec)
        SELECT DISTINCT ON (name, survey_id) survey_id, name, ra, dec
        FROM unnest($1::smallint[], $2::text[], $3::double precision[], $4::double precision[]) WITH ORDINALITY
            AS s (survey_id, name, ra, dec, ord)
        WHERE NOT EXISTS (SELECT FROM objects o WHERE o.name = s.name AND o.survey_id = s.survey_id OFFSET 0)
        ORDER BY name, survey_id, ord
        ON CONFLICT DO NOTHING
        """,
        [.int16s, .texts, .doubles, .doubles]
    )

    /// Alerts whose id is known with another time within `Archive.conflictingDays` ($4), before the batch's own come.
    static let findConflicts = PreparedStatement(
        """
        SELECT s.ord::integer - 1
        FROM unnest($1::smallint[], $2::bigint[], $3::double precision[]) WITH ORDINALITY
            AS s (survey_id, alert_id, mjd, ord)
        WHERE EXISTS (
            SELECT FROM owner x
            WHERE x.survey_id = s.survey_id AND x.alert_id = s.alert_id AND x.mjd <> s.mjd
              AND x.mjd >= s.mjd - $4 AND x.mjd <= s.mjd + $4
            OFFSET 0)
        """,
        [.int16s, .int64s, .doubles, .double]
    )

    /// Who comes first owns the alert: this insert decides it, and no read before it. Returned are the positions that came
    /// to own theirs.
    static let insertOwners = PreparedStatement(
        """
        INSERT INTO owner (survey_id, alert_id, mjd, topic_id, partition_id, message_offset, message_time)
        SELECT survey_id, alert_id, mjd, topic_id, partition_id, message_offset, message_time
        FROM unnest($1::smallint[], $2::bigint[], $3::double precision[], $4::integer[], $5::integer[], $6::bigint[],
                $7::bigint[]) WITH ORDINALITY
            AS s (survey_id, alert_id, mjd, topic_id, partition_id, message_offset, message_time, ord)
        ORDER BY survey_id, alert_id, mjd, ord
        ON CONFLICT DO NOTHING
        RETURNING topic_id, partition_id, message_offset, message_time
        """,
        [.int16s, .int64s, .doubles, .int32s, .int32s, .int64s, .int64s]
    )

    static let findObjects = PreparedStatement(
        """
        SELECT s.ord::integer - 1, b.object_id
        FROM unnest($1::smallint[], $2::text[]) WITH ORDINALITY AS s (survey_id, name, ord)
        CROSS JOIN LATERAL (
            SELECT x.object_id FROM objects x WHERE x.name = s.name AND x.survey_id = s.survey_id OFFSET 0) AS b
        """,
        [.int16s, .texts]
    )

    /// Who owns alerts.
    static let readOwners = PreparedStatement(
        """
        SELECT s.ord::integer - 1, o.topic_id, o.partition_id, o.message_offset, o.message_time
        FROM unnest($1::smallint[], $2::bigint[], $3::double precision[]) WITH ORDINALITY
            AS s (survey_id, alert_id, mjd, ord)
        CROSS JOIN LATERAL (
            SELECT * FROM owner x WHERE x.survey_id = s.survey_id AND x.alert_id = s.alert_id AND x.mjd = s.mjd
            OFFSET 0) AS o
        """,
        [.int16s, .int64s, .doubles]
    )

    /// Who adds to an object has it alone until the commit; the histories are read after this. The ids come in order.
    static let lockObjects = PreparedStatement(
        """
        SELECT locked.object_id, locked.flux_choice
        FROM unnest($1::bigint[]) AS f (object_id)
        CROSS JOIN LATERAL (
            SELECT b.object_id, b.flux_choice FROM objects b WHERE b.object_id = f.object_id FOR NO KEY UPDATE
        ) AS locked
        """,
        [.int64s]
    )

    static let readHistories = PreparedStatement(
        """
        SELECT \(HistoryRows.columns)
        FROM unnest($1::bigint[]) AS f (object_id)
        CROSS JOIN LATERAL (SELECT * FROM detections x WHERE x.object_id = f.object_id OFFSET 0) AS d
        """,
        [.int64s]
    )

    /// Notes what a batch has added to its objects. (`ANY`, so that the update cannot look at all of them.)
    static let updateObjects = PreparedStatement(
        """
        UPDATE objects b
        SET row_count = u.row_count, latest_mjd = u.mjd, latest_alert_id = u.alert_id, flux_choice = u.flux_choice
        FROM unnest($1::bigint[], $2::integer[], $3::double precision[], $4::bigint[], $5::smallint[])
            AS u (object_id, row_count, mjd, alert_id, flux_choice)
        WHERE b.object_id = u.object_id AND b.object_id = ANY ($1)
        """,
        [.int64s, .int32s, .doubles, .int64s, .int16s]
    )

    /// What was decided about each position, all that the answer depends on with it. The last table of a decision: nobody else
    /// writes rows of these partitions, and where one stands already the whole decision fails.
    static let insertLedger = PreparedStatement(
        """
        INSERT INTO ledger (topic_id, partition_id, message_offset, message_time, outcome, survey_id, alert_id, mjd,
                            code, reason, object_id, row_number, spectrum_id, metadata_id, is_conflicting)
        SELECT topic_id, partition_id, message_offset, message_time, outcome, survey_id, alert_id,
               CASE WHEN outcome < 3 THEN mjd END, code, reason, object_id, row_number, spectrum_id, metadata_id,
               CASE WHEN outcome = 1 THEN is_conflicting END
        FROM unnest($1::integer[], $2::integer[], $3::bigint[], $4::bigint[], $5::smallint[], $6::bigint[],
                $7::bigint[], $8::double precision[], $9::text[], $10::text[], $11::bigint[], $12::bigint[],
                $13::bigint[], $14::bigint[], $15::boolean[])
            AS s (topic_id, partition_id, message_offset, message_time, outcome, survey_id, alert_id, mjd, code, reason,
                  object_id, row_number, spectrum_id, metadata_id, is_conflicting)
        ORDER BY topic_id, partition_id, message_offset, message_time
        """,
        [
            .int32s, .int32s, .int64s, .int64s, .int16s, .int64s, .int64s, .doubles, .texts, .texts, .int64s, .int64s,
            .int64s, .int64s, .bools,
        ]
    )

    static let readStored = PreparedStatement(
        """
        SELECT s.ord, \(StoredAnnotation.columns)
        FROM unnest($1::integer[], $2::smallint[], $3::bigint[], $4::double precision[])
            AS s (ord, survey_id, alert_id, mjd)
        CROSS JOIN LATERAL (
            SELECT * FROM annotations x
            WHERE x.survey_id = s.survey_id AND x.alert_id = s.alert_id AND x.mjd = s.mjd AND x.revision = 0
            OFFSET 0) AS a
        CROSS JOIN LATERAL (SELECT * FROM objects x WHERE x.object_id = a.object_id OFFSET 0) AS b
        """,
        [.int32s, .int16s, .int64s, .doubles]
    )

    /// Positions whose topic, partition and offset stand in the ledger with another timestamp. (Seldom: it looks into
    /// every month.)
    static let readRecreated = PreparedStatement(
        """
        SELECT DISTINCT ON (s.topic_id, s.partition_id)
               s.topic_id, s.partition_id, s.message_offset, s.message_time, l.message_time
        FROM unnest($1::integer[], $2::integer[], $3::bigint[], $4::bigint[])
            AS s (topic_id, partition_id, message_offset, message_time)
        CROSS JOIN LATERAL (
            SELECT * FROM ledger x
            WHERE x.topic_id = s.topic_id AND x.partition_id = s.partition_id
              AND x.message_offset = s.message_offset AND x.message_time <> s.message_time
            OFFSET 0) AS l
        ORDER BY s.topic_id, s.partition_id, s.message_offset
        """,
        [.int32s, .int32s, .int64s, .int64s]
    )

}
