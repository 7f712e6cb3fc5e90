internal import Postgres
internal import Sky

/// Reads spectra and catalogue metadata of alerts. An object's own row first, of the time nearest to the alert; else
/// the row nearest on the sky within the radius.
enum ModalityStatements {
    /// The modalities of each alert as they are now.
    static let choose = PreparedStatement(choosing(visible: "true"), types)

    /// The same as it was under an earlier snapshot, the last parameter: for answers from before the choice was noted.
    static let chooseThen = PreparedStatement(
        choosing(visible: "pg_visible_in_snapshot(x.stored_in, $10::text::pg_snapshot)"),
        types + [.text]
    )

    /// The modalities that were chosen before, by their numbers.
    static let readChosen = PreparedStatement(
        """
        SELECT f.ord, \(columns)
        FROM unnest($2::integer[], $3::bigint[], $4::bigint[]) AS f (ord, spectrum_id, metadata_id)
        LEFT JOIN LATERAL (SELECT * FROM spectra x WHERE x.spectrum_id = f.spectrum_id OFFSET 0) AS s ON true
        LEFT JOIN LATERAL (SELECT * FROM metadata x WHERE x.metadata_id = f.metadata_id OFFSET 0) AS m ON true
        \(embeddings)
        """,
        [.int32, .int32s, .int64s, .int64s]
    )

    private static let types: [PostgresType] = [
        .int32, .double, .int32s, .int16s, .texts, .doubles, .doubles, .doubles, .bools,
    ]

    /// The parameters of `choose`; a row of the answer begins with the alert's rank. The radius is in degrees.
    static func parameters(_ alerts: [StagedRows.StagedAlert], model: Int32, radius: Double) -> [PostgresParameter] {
        [
            .int32(model), .double(radius), .int32s(alerts.map { Int32($0.rank) }), .int16s(alerts.map(\.survey)),
            .texts(alerts.map(\.alert.objectId)), .doubles(alerts.map(\.alert.ra)),
            .doubles(alerts.map(\.alert.dec)), .doubles(alerts.map(\.alert.mjd)),
            .bools(alerts.map { $0.alert.context.solarSystem == nil }),
        ]
    }

    /// The parameters of `readChosen`.
    static func parameters(_ chosen: [(rank: Int, ground: Decision.Ground)], model: Int32) -> [PostgresParameter] {
        [
            .int32(model), .int32s(chosen.map { Int32($0.rank) }), .int64sOrNulls(chosen.map(\.ground.spectrumId)),
            .int64sOrNulls(chosen.map(\.ground.metadataId)),
        ]
    }

    private static let columns = """
        s.spectrum_id, s.mjd, s.source, se.embedding,
               CASE WHEN se.embedding IS NULL THEN s.wavelength END,
               CASE WHEN se.embedding IS NULL THEN s.flux END,
               CASE WHEN se.embedding IS NULL THEN s.uncertainty END,
               m.metadata_id, m.feature_list_id, m.features, me.embedding
        """

    private static let embeddings = """
        LEFT JOIN LATERAL (
            SELECT * FROM spectrum_embeddings x WHERE x.spectrum_id = s.spectrum_id AND x.model_id = $1 OFFSET 0) AS se ON true
        LEFT JOIN LATERAL (
            SELECT * FROM metadata_embeddings x WHERE x.metadata_id = m.metadata_id AND x.model_id = $1 OFFSET 0) AS me ON true
        """

    private static func choosing(visible: String) -> String {
        """
        SELECT f.ord, \(columns)
        FROM unnest($3::integer[], $4::smallint[], $5::text[], $6::double precision[], $7::double precision[],
                $8::double precision[], $9::boolean[]) AS f (ord, survey_id, object, ra, dec, mjd, by_position)
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
        LEFT JOIN LATERAL (
            (SELECT x.* FROM (SELECT * FROM metadata y WHERE y.object = f.object OFFSET 0) AS x
             WHERE (x.survey_id IS NULL OR x.survey_id = f.survey_id) AND \(visible)
             ORDER BY x.metadata_id DESC LIMIT 1)
            UNION ALL
            (SELECT x.* FROM metadata x
             WHERE f.by_position AND x.ra IS NOT NULL AND q3c_join(f.ra, f.dec, x.ra, x.dec, $2) AND \(visible)
             ORDER BY q3c_dist(f.ra, f.dec, x.ra, x.dec), x.metadata_id DESC LIMIT 1)
            LIMIT 1
        ) AS m ON true
        \(embeddings)
        """
    }
}
