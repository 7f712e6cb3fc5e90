extension Migration {
    /// Objects and their photometry.
    static let photometry = Migration(
        version: 3,
        name: "photometry",
        sql: """
            -- An object is a survey and its name there; ra and dec are those of the first alert (degrees).
            CREATE TABLE objects (
                object_id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
                survey_id smallint NOT NULL,
                name text NOT NULL,
                ra double precision NOT NULL,
                dec double precision NOT NULL,
                stored_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
                UNIQUE (name, survey_id)
            );
            CREATE INDEX objects_position ON objects (q3c_ang2ipix(ra, dec));

            -- What each annotated alert's packet added to its object: the points and versions of points that no packet
            -- before it held, as arrays of one length (kinds: 0 detection, 1 forced, 2 upper limit; fluxes in nJy),
            -- and runs of the points that it repeated (number of the first, how many). first_point is the number of
            -- this row's first point among all of the object's. Rows of an object are numbered from 0 in the order in
            -- which they came: an alert knew its own row and those before it.
            CREATE TABLE detections (
                object_id bigint NOT NULL,
                row_number integer NOT NULL,
                first_point integer NOT NULL,
                alert_id bigint NOT NULL,
                alert_mjd double precision NOT NULL,
                kinds smallint[] NOT NULL,
                bands smallint[] NOT NULL,
                ids bigint[] NOT NULL,
                mjds double precision[] NOT NULL,
                fluxes double precision[] NOT NULL,
                flux_errs double precision[] NOT NULL,
                total_fluxes double precision[] NOT NULL,
                total_flux_errs double precision[] NOT NULL,
                repeated integer[] NOT NULL,
                stored_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
                PRIMARY KEY (object_id, row_number)
            ) PARTITION BY HASH (object_id);
            \(partitions)

            -- Every stored version of every point, for people. Readers of a light curve take, of the versions of one
            -- measurement, that of the latest alert.
            CREATE VIEW points AS
            SELECT s.name AS survey, o.name AS object, d.alert_id, d.alert_mjd, p.id, p.mjd, b.name AS band,
                   (ARRAY['detection', 'forced', 'limit'])[p.kind + 1] AS kind,
                   p.flux, p.flux_err, p.total_flux, p.total_flux_err
            FROM detections d
            JOIN objects o USING (object_id)
            JOIN surveys s USING (survey_id)
            CROSS JOIN LATERAL unnest(d.kinds, d.bands, d.ids, d.mjds, d.fluxes, d.flux_errs, d.total_fluxes,
                d.total_flux_errs) AS p (kind, band_id, id, mjd, flux, flux_err, total_flux, total_flux_err)
            JOIN bands b ON b.band_id = p.band_id;
            """
    )

    private static let partitions = (0..<8).map {
        "CREATE TABLE detections_\($0) PARTITION OF detections FOR VALUES WITH (MODULUS 8, REMAINDER \($0));"
    }.joined(separator: "\n")
}
