internal import Postgres

/// The SQL of a batch. `stage` and `fresh` are temporary tables of the session, emptied by every commit.
///
/// Every worker touches the tables in one order (partition locks, new objects, owner, ledger, locks of objects,
/// detections, annotations, embeddings, committed) and each table in the order of its key, so that two workers can
/// wait for each other but never in a circle.
enum BatchStatements {
    static let sessionTables = """
        CREATE TEMPORARY TABLE stage (
            ord integer NOT NULL, topic_id integer NOT NULL, partition_id integer NOT NULL,
            message_offset bigint NOT NULL, message_time bigint NOT NULL, is_alert boolean NOT NULL,
            survey_id smallint, alert_id bigint, mjd double precision, object text,
            ra double precision, dec double precision, by_position boolean NOT NULL, code text, reason text
        ) ON COMMIT DELETE ROWS;
        CREATE TEMPORARY TABLE fresh (
            ord integer NOT NULL, object_id bigint NOT NULL, survey_id smallint NOT NULL, object text NOT NULL,
            ra double precision NOT NULL, dec double precision NOT NULL, mjd double precision NOT NULL,
            by_position boolean NOT NULL
        ) ON COMMIT DELETE ROWS;
        CREATE TEMPORARY TABLE stage_annotations (
            survey_id smallint NOT NULL, alert_id bigint NOT NULL, mjd double precision NOT NULL,
            object_id bigint NOT NULL, row_number integer NOT NULL, topic_id integer NOT NULL,
            partition_id integer NOT NULL, message_offset bigint NOT NULL, message_time bigint NOT NULL,
            model_id integer NOT NULL, node text, percentile real, flags integer NOT NULL,
            topics text[] NOT NULL, datum bytea NOT NULL, read_under text NOT NULL
        ) ON COMMIT DELETE ROWS
        """

    static let stageColumns = [
        "ord", "topic_id", "partition_id", "message_offset", "message_time", "is_alert", "survey_id", "alert_id",
        "mjd", "object", "ra", "dec", "by_position", "code", "reason",
    ]

    /// One position is never in two open batches: a zombie and its successor wait for each other here.
    static let lockPartitions = PreparedStatement(
        """
        SELECT pg_advisory_xact_lock(topic_id, partition_id)
        FROM (SELECT DISTINCT topic_id, partition_id FROM stage ORDER BY topic_id, partition_id) AS partitions
        """
    )

    static let insertObjects = PreparedStatement(
        """
        INSERT INTO objects (survey_id, name, ra, dec)
        SELECT DISTINCT ON (object, survey_id) survey_id, object, ra, dec
        FROM stage s
        WHERE is_alert AND NOT EXISTS (
            SELECT FROM objects o WHERE o.name = s.object AND o.survey_id = s.survey_id)
        ORDER BY object, survey_id, ord
        ON CONFLICT DO NOTHING
        """
    )

    /// Who comes first owns the alert: this insert decides it, and no read before it. Positions that the ledger knows
    /// have been decided.
    static let insertOwners = PreparedStatement(
        """
        INSERT INTO owner (survey_id, alert_id, mjd, topic_id, partition_id, message_offset, message_time)
        SELECT survey_id, alert_id, mjd, topic_id, partition_id, message_offset, message_time
        FROM stage s
        WHERE is_alert AND NOT EXISTS (
            SELECT FROM ledger l
            WHERE l.topic_id = s.topic_id AND l.partition_id = s.partition_id
              AND l.message_offset = s.message_offset AND l.message_time = s.message_time)
        ORDER BY survey_id, alert_id, mjd, ord
        ON CONFLICT DO NOTHING
        """
    )

    static let insertLedger = PreparedStatement(
        """
        INSERT INTO ledger (topic_id, partition_id, message_offset, message_time, survey_id, alert_id, mjd, outcome,
                            code, reason)
        SELECT s.topic_id, s.partition_id, s.message_offset, s.message_time, s.survey_id, s.alert_id, s.mjd,
               CASE WHEN NOT s.is_alert THEN 3
                    WHEN o.topic_id = s.topic_id AND o.partition_id = s.partition_id
                         AND o.message_offset = s.message_offset AND o.message_time = s.message_time THEN 1
                    ELSE 2 END,
               s.code, s.reason
        FROM stage s
        LEFT JOIN owner o ON o.survey_id = s.survey_id AND o.alert_id = s.alert_id AND o.mjd = s.mjd
        ORDER BY s.topic_id, s.partition_id, s.message_offset, s.message_time
        ON CONFLICT DO NOTHING
        """
    )

    static let insertFresh = PreparedStatement(
        """
        INSERT INTO fresh (ord, object_id, survey_id, object, ra, dec, mjd, by_position)
        SELECT s.ord, b.object_id, s.survey_id, s.object, s.ra, s.dec, s.mjd, s.by_position
        FROM stage s
        JOIN owner o ON o.survey_id = s.survey_id AND o.alert_id = s.alert_id AND o.mjd = s.mjd
        JOIN objects b ON b.name = s.object AND b.survey_id = s.survey_id
        WHERE o.stored_in = pg_current_xact_id() AND o.topic_id = s.topic_id AND o.partition_id = s.partition_id
          AND o.message_offset = s.message_offset AND o.message_time = s.message_time
        """
    )

    /// Who adds to an object has it alone until the commit; the histories are read after this.
    static let lockObjects = PreparedStatement(
        """
        SELECT FROM objects
        WHERE object_id IN (SELECT object_id FROM fresh)
        ORDER BY object_id FOR NO KEY UPDATE
        """
    )

    /// What stands in the ledger now: written by this transaction or before it.
    static let readOutcomes = PreparedStatement(
        """
        SELECT s.ord, l.outcome, l.stored_in = pg_current_xact_id(), coalesce(c.offsets @> s.message_offset, false),
               o.topic_id, o.partition_id, o.message_offset, o.message_time, o.stored_in = pg_current_xact_id(),
               l.survey_id, l.alert_id, l.mjd, l.code, l.reason,
               l.outcome = 1 AND o.stored_in = pg_current_xact_id() AND EXISTS (
                   SELECT FROM owner x
                   WHERE x.survey_id = l.survey_id AND x.alert_id = l.alert_id AND x.mjd <> l.mjd
                     AND x.stored_in <> pg_current_xact_id())
        FROM stage s
        JOIN ledger l ON l.topic_id = s.topic_id AND l.partition_id = s.partition_id
            AND l.message_offset = s.message_offset AND l.message_time = s.message_time
        LEFT JOIN owner o ON o.survey_id = l.survey_id AND o.alert_id = l.alert_id AND o.mjd = l.mjd
        LEFT JOIN committed c ON c.topic_id = s.topic_id AND c.partition_id = s.partition_id
        """
    )

    static let readHistories = PreparedStatement(
        """
        SELECT \(HistoryRows.columns)
        FROM (SELECT DISTINCT object_id FROM fresh) AS f
        JOIN detections d ON d.object_id = f.object_id
        """
    )

    /// The modalities of each alert, and the snapshot under which they were read. An object's own row first, of the
    /// time nearest to the alert; else the row nearest on the sky within the radius ($2, degrees).
    static let readModalities = PreparedStatement(modalities(visible: "true"), [.int32, .double])

    /// The same as it was under an earlier snapshot ($3).
    static let readModalitiesThen = PreparedStatement(
        modalities(visible: "pg_visible_in_snapshot(x.stored_in, $3::text::pg_snapshot)"),
        [.int32, .double, .text]
    )

    private static func modalities(visible: String) -> String {
        """
        SELECT f.ord, f.object_id, pg_current_snapshot()::text,
               s.spectrum_id, s.mjd, s.source, se.embedding,
               CASE WHEN se.embedding IS NULL THEN s.wavelength END,
               CASE WHEN se.embedding IS NULL THEN s.flux END,
               CASE WHEN se.embedding IS NULL THEN s.uncertainty END,
               m.metadata_id, m.features, me.embedding
        FROM fresh f
        LEFT JOIN LATERAL (
            (SELECT x.* FROM spectra x
             WHERE x.object = f.object AND (x.survey_id IS NULL OR x.survey_id = f.survey_id) AND \(visible)
             ORDER BY abs(x.mjd - f.mjd), x.spectrum_id DESC LIMIT 1)
            UNION ALL
            (SELECT x.* FROM spectra x
             WHERE f.by_position AND x.ra IS NOT NULL AND q3c_join(f.ra, f.dec, x.ra, x.dec, $2) AND \(visible)
             ORDER BY q3c_dist(f.ra, f.dec, x.ra, x.dec), abs(x.mjd - f.mjd), x.spectrum_id DESC LIMIT 1)
            LIMIT 1
        ) AS s ON true
        LEFT JOIN spectrum_embeddings se ON se.spectrum_id = s.spectrum_id AND se.model_id = $1
        LEFT JOIN LATERAL (
            (SELECT x.* FROM metadata x
             WHERE x.object = f.object AND (x.survey_id IS NULL OR x.survey_id = f.survey_id) AND \(visible)
             ORDER BY x.metadata_id DESC LIMIT 1)
            UNION ALL
            (SELECT x.* FROM metadata x
             WHERE f.by_position AND x.ra IS NOT NULL AND q3c_join(f.ra, f.dec, x.ra, x.dec, $2) AND \(visible)
             ORDER BY q3c_dist(f.ra, f.dec, x.ra, x.dec), x.metadata_id DESC LIMIT 1)
            LIMIT 1
        ) AS m ON true
        LEFT JOIN metadata_embeddings me ON me.metadata_id = m.metadata_id AND me.model_id = $1
        """
    }

    static let readStored = PreparedStatement(
        """
        SELECT s.ord, \(StoredAnnotation.columns)
        FROM unnest($1::integer[], $2::smallint[], $3::bigint[], $4::double precision[])
            AS s (ord, survey_id, alert_id, mjd)
        JOIN annotations a ON a.survey_id = s.survey_id AND a.alert_id = s.alert_id AND a.mjd = s.mjd
            AND a.revision = 0
        JOIN objects b ON b.object_id = a.object_id
        """,
        [.int32s, .int16s, .int64s, .doubles]
    )

    /// Positions whose topic, partition and offset stand in the ledger with another timestamp.
    static let readRecreated = PreparedStatement(
        """
        SELECT DISTINCT ON (s.topic_id, s.partition_id)
               s.topic_id, s.partition_id, s.message_offset, s.message_time, l.message_time
        FROM stage s
        JOIN ledger l ON l.topic_id = s.topic_id AND l.partition_id = s.partition_id
            AND l.message_offset = s.message_offset AND l.message_time <> s.message_time
        WHERE s.ord = ANY ($1)
        ORDER BY s.topic_id, s.partition_id, s.message_offset
        """,
        [.int32s]
    )
}
