extension Migration {
    /// What went out.
    static let annotations = Migration(
        version: 5,
        name: "annotations",
        sql: """
            -- datum: the output as it was encoded, without cutouts. read_under: the snapshot under which spectra and
            -- metadata were read. row_number: the alert's row in detections; its history is the rows up to that one.
            CREATE TABLE annotations (
                survey_id smallint NOT NULL,
                alert_id bigint NOT NULL,
                mjd double precision NOT NULL,
                revision smallint NOT NULL,
                object_id bigint NOT NULL,
                row_number integer NOT NULL,
                topic_id integer NOT NULL,
                partition_id integer NOT NULL,
                message_offset bigint NOT NULL,
                message_time bigint NOT NULL,
                model_id integer NOT NULL,
                node text,
                percentile real,
                flags integer NOT NULL,
                topics text[] NOT NULL,
                datum bytea NOT NULL,
                read_under pg_snapshot NOT NULL,
                stored_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
                PRIMARY KEY (survey_id, alert_id, mjd, revision)
            ) PARTITION BY RANGE (mjd);
            CREATE TABLE annotations_default PARTITION OF annotations DEFAULT;
            CREATE INDEX annotations_object ON annotations (object_id, mjd);
            """
    )
}
