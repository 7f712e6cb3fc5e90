extension Migration {
    /// What the survey says of each measurement, what was chosen once, open lists of features, and how each annotation
    /// was framed. Rows from before it read as "nothing said, everything chosen, nothing withdrawn, nobody knows whose".
    static let quality = Migration(
        version: 6,
        name: "quality",
        sql: """
            -- Arrays as long as kinds, or empty where all elements are the default, which is named in brackets.
            -- quality_flags: the survey's bits, named in its folder of the module Survey (0). score_kinds: 0 none,
            -- 1 real-bogus, 2 deep real-bogus, 3 reliability (0). scores: NaN for none (NaN). program_ids: whose
            -- exposure it was; ZTF's 2 and 3 are not public (-1, no programs; -2, not known), null in rows from before this
            -- migration, when it was not noted. states: 1 the packet chose a rival in
            -- the same exposure, 2 the survey has withdrawn the measurement (0).
            ALTER TABLE detections
                ADD COLUMN quality_flags bigint[] NOT NULL DEFAULT '{}',
                ADD COLUMN score_kinds smallint[] NOT NULL DEFAULT '{}',
                ADD COLUMN scores real[] NOT NULL DEFAULT '{}',
                ADD COLUMN program_ids smallint[],
                ADD COLUMN states smallint[] NOT NULL DEFAULT '{}';

            CREATE OR REPLACE VIEW points AS
            SELECT s.name AS survey, o.name AS object, d.alert_id, d.alert_mjd, p.id, p.mjd, b.name AS band,
                   (ARRAY['detection', 'forced', 'limit'])[p.kind + 1] AS kind,
                   p.flux, p.flux_err, p.total_flux, p.total_flux_err,
                   coalesce(p.quality_flags, 0) AS quality_flags,
                   (ARRAY['real-bogus', 'deep-real-bogus', 'reliability'])[p.score_kind] AS score_kind,
                   coalesce(p.score, 'NaN') AS score, CASE WHEN p.program_id >= 0 THEN p.program_id END AS program_id,
                   coalesce(p.state, 0) & 1 = 0 AS is_chosen, coalesce(p.state, 0) & 2 <> 0 AS is_withdrawn
            FROM detections d
            JOIN objects o USING (object_id)
            JOIN surveys s USING (survey_id)
            CROSS JOIN LATERAL unnest(d.kinds, d.bands, d.ids, d.mjds, d.fluxes, d.flux_errs, d.total_fluxes,
                d.total_flux_errs, d.quality_flags, d.score_kinds, d.scores, d.program_ids, d.states)
                AS p (kind, band_id, id, mjd, flux, flux_err, total_flux, total_flux_err, quality_flags, score_kind,
                      score, program_id, state)
            JOIN bands b ON b.band_id = p.band_id;

            -- row_count: rows in detections. latest_mjd, latest_alert_id: the latest alert by its time, then id.
            -- flux_choice: which flux a model that knows only one is shown, decided at the first alert: 0 total,
            -- 1 difference; null until the object's next alert where its first came before this migration.
            ALTER TABLE objects
                ADD COLUMN row_count integer NOT NULL DEFAULT 0,
                ADD COLUMN latest_mjd double precision,
                ADD COLUMN latest_alert_id bigint,
                ADD COLUMN flux_choice smallint CHECK (flux_choice IN (0, 1));
            UPDATE objects o SET row_count = d.row_count, latest_mjd = d.mjd, latest_alert_id = d.alert_id
            FROM (
                SELECT DISTINCT ON (object_id) object_id, alert_mjd AS mjd, alert_id,
                       count(*) OVER (PARTITION BY object_id) AS row_count
                FROM detections ORDER BY object_id, alert_mjd DESC, alert_id DESC
            ) AS d
            WHERE d.object_id = o.object_id;

            -- Names of the features of metadata rows: each list once, however many rows have it. The first is that of
            -- all rows from before this migration.
            CREATE TABLE feature_lists (
                feature_list_id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
                names text[] NOT NULL,
                digest bytea NOT NULL UNIQUE
            );
            INSERT INTO feature_lists (names, digest)
            SELECT names, sha256(array_send(names)) FROM (VALUES ('{\(first.joined(separator: ", "))}'::text[])) AS v (names);

            -- features: by the names of the list, NaN where the catalogue has no value.
            ALTER TABLE metadata
                DROP CONSTRAINT metadata_features_check,
                ADD COLUMN feature_list_id integer NOT NULL DEFAULT 1 REFERENCES feature_lists;
            ALTER TABLE metadata ALTER COLUMN feature_list_id DROP DEFAULT;

            CREATE VIEW features AS
            SELECT m.metadata_id, s.name AS survey, m.object, m.source, f.name AS feature, f.value,
                   f.value = 'NaN' AS is_missing
            FROM metadata m
            LEFT JOIN surveys s USING (survey_id)
            JOIN feature_lists l USING (feature_list_id)
            CROSS JOIN LATERAL unnest(l.names, m.features) AS f (name, value);

            -- schema_version: of the schema by which the datum was encoded, and goes out. appends_cutouts,
            -- appended_light_curve (0 none, 1 recent, 2 full): what is appended to the datum from the message; null in rows from
            -- before this migration, where the setting decides as it did then.
            ALTER TABLE annotations
                ADD COLUMN schema_version text NOT NULL DEFAULT '1.0',
                ADD COLUMN appends_cutouts boolean,
                ADD COLUMN appended_light_curve smallint NOT NULL DEFAULT 0;
            """
    )

    /// The features of metadata rows until then (M0004), in their order.
    private static let first = [
        "mean_vmag", "phot_g_mean_mag", "e_phot_g_mean_mag", "phot_bp_mean_mag", "e_phot_bp_mean_mag",
        "phot_rp_mean_mag", "e_phot_rp_mean_mag", "bp_rp", "parallax", "parallax_error", "parallax_over_error",
        "pmra", "pmra_error", "pmdec", "pmdec_error", "j_mag", "e_j_mag", "h_mag", "e_h_mag", "k_mag", "e_k_mag",
        "w1_mag", "e_w1_mag", "w2_mag", "e_w2_mag", "w3_mag", "w4_mag", "j_k", "w1_w2", "w3_w4", "pm", "ruwe", "l",
        "b",
    ]
}
