internal import Postgres
package import Sky

extension Archive {
    private static let spectrumColumns =
        "spectrum_id, wavelength, flux, uncertainty, mjd, source"

    /// The spectra that name an object, the latest first. `survey` nil: of any survey.
    package func spectra(of objectId: String, survey: SurveyName? = nil) throws -> [Spectrum] {
        let rows = try connection.query(
            """
            SELECT \(Self.spectrumColumns) FROM spectra
            WHERE object = $1 AND ($2::smallint IS NULL OR survey_id IS NULL OR survey_id = $2)
            ORDER BY mjd = 'NaN', mjd DESC, spectrum_id DESC
            """,
            [.text(objectId), try parameter(survey)]
        )
        return try (0..<rows.count).map { try Self.readSpectrum(rows, $0) }
    }

    /// The spectra within a radius (arcseconds) of a position (degrees), the nearest first.
    package func spectra(ra: Double, dec: Double, radius: Double) throws -> [Match<Spectrum>] {
        let rows = try connection.query(
            """
            SELECT \(Self.spectrumColumns), q3c_dist($1, $2, ra, dec) * 3600 FROM spectra
            WHERE ra IS NOT NULL AND q3c_radial_query(ra, dec, $1, $2, $3) ORDER BY 7, spectrum_id DESC
            """,
            [.double(ra), .double(dec), .double(radius / 3600)]
        )
        return try (0..<rows.count).map { row in
            Match(row: try Self.readSpectrum(rows, row), distance: try rows[row, 6].double)
        }
    }

    /// The metadata rows that name an object, the newest first. `survey` nil: of any survey.
    package func metadata(of objectId: String, survey: SurveyName? = nil) throws -> [Metadata] {
        let rows = try connection.query(
            """
            SELECT metadata_id, features, feature_list_id FROM metadata
            WHERE object = $1 AND ($2::smallint IS NULL OR survey_id IS NULL OR survey_id = $2)
            ORDER BY metadata_id DESC
            """,
            [.text(objectId), try parameter(survey)]
        )
        return try (0..<rows.count).map {
            Metadata(
                id: try rows[$0, 0].int64,
                names: try names.features(try rows[$0, 2].int32, connection),
                values: try rows[$0, 1].floats
            )
        }
    }

    /// The metadata rows within a radius (arcseconds) of a position (degrees), the nearest first.
    package func metadata(ra: Double, dec: Double, radius: Double) throws -> [Match<Metadata>] {
        let rows = try connection.query(
            """
            SELECT metadata_id, features, feature_list_id, q3c_dist($1, $2, ra, dec) * 3600 FROM metadata
            WHERE ra IS NOT NULL AND q3c_radial_query(ra, dec, $1, $2, $3) ORDER BY 4, metadata_id DESC
            """,
            [.double(ra), .double(dec), .double(radius / 3600)]
        )
        return try (0..<rows.count).map { row in
            let metadata = Metadata(
                id: try rows[row, 0].int64,
                names: try names.features(try rows[row, 2].int32, connection),
                values: try rows[row, 1].floats
            )
            return Match(row: metadata, distance: try rows[row, 3].double)
        }
    }

    private func parameter(_ survey: SurveyName?) throws -> PostgresParameter {
        try survey.map { .int16(try names.known(survey: $0, connection) ?? Names.noNumber) } ?? .null
    }

    private static func readSpectrum(_ rows: PostgresResult, _ row: Int) throws -> Spectrum {
        Spectrum(
            id: try rows[row, 0].int64,
            wavelength: try rows[row, 1].floats,
            flux: try rows[row, 2].floats,
            uncertainty: try rows[row, 3].floats,
            mjd: try rows[row, 4].double,
            source: try rows[row, 5].string
        )
    }
}
