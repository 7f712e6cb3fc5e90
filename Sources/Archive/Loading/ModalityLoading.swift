internal import Postgres
internal import Sky

extension Archive {
    /// Rows that are sent at a time: a spectrum of 4,000 points takes about 100 kB on the wire.
    private static let chunk = 500

    /// Loads spectra by COPY, in one transaction. What is there already, to the bit, is not loaded again.
    ///
    /// - Throws: `ArchiveError.unusableRow`; then nothing is loaded.
    package func loadSpectra(_ spectra: some Sequence<SpectrumRow>) throws -> LoadResult {
        let columns = Self.belongingColumns + ["mjd", "source", "wavelength", "flux", "uncertainty"]
        return try load(
            spectra,
            into: "spectra",
            columns: columns,
            digest: "float8send(mjd) || convert_to(source, 'UTF8') || array_send(wavelength) || array_send(flux) "
                + "|| array_send(uncertainty)",
            fault: \.fault
        ) { row in
            rows.beginRow(columns: columns.count)
            try append(row.belonging)
            rows.append(row.spectrum.mjd.isNaN ? Double.nan : row.spectrum.mjd)
            rows.append(row.spectrum.source)
            rows.append(array: row.spectrum.wavelength)
            rows.append(array: row.spectrum.flux)
            rows.append(array: row.spectrum.uncertainty)
        }
    }

    /// Loads metadata rows by COPY, in one transaction. What is there already, to the bit, is not loaded again; of
    /// several rows of an object the newest holds.
    ///
    /// - Throws: `ArchiveError.unusableRow`; then nothing is loaded.
    package func loadMetadata(_ metadata: some Sequence<MetadataRow>) throws -> LoadResult {
        let columns = Self.belongingColumns + ["source", "features", "feature_list_id"]
        return try load(
            metadata,
            into: "metadata",
            columns: columns,
            // The first list is that of the time when there was no other.
            digest: "convert_to(source, 'UTF8') || array_send(features) || "
                + "CASE feature_list_id WHEN 1 THEN '' ELSE int4send(feature_list_id) END",
            fault: \.fault
        ) { row in
            rows.beginRow(columns: columns.count)
            try append(row.belonging)
            rows.append(row.source)
            rows.append(array: row.metadata.values.lazy.map { $0.isNaN ? .nan : $0 })
            rows.append(try names.number(features: row.metadata.names, connection))
        }
    }

    private static let belongingColumns = ["survey_id", "object", "ra", "dec"]

    private func append(_ belonging: Belonging) throws {
        if let survey = belonging.survey {
            rows.append(try names.number(survey: survey, connection))
        } else {
            rows.appendNull()
        }
        if let objectId = belonging.objectId { rows.append(objectId) } else { rows.appendNull() }
        if let ra = belonging.ra { rows.append(ra) } else { rows.appendNull() }
        if let dec = belonging.dec { rows.append(dec) } else { rows.appendNull() }
    }

    private func load<Row>(
        _ source: some Sequence<Row>,
        into table: String,
        columns: [String],
        digest: String,
        fault: (Row) -> String?,
        append: (Row) throws -> Void
    ) throws -> LoadResult {
        let list = columns.joined(separator: ", ")
        var result = LoadResult(loaded: 0, known: 0)
        var (index, staged) = (0, 0)
        func flush() throws {
            guard staged > 0 else { return }
            try connection.copyIn("load_stage", columns: columns, rows: rows)
            let inserted = try connection.query(
                """
                INSERT INTO \(table) (\(list), digest)
                SELECT \(list), sha256(convert_to(concat_ws('|', coalesce(survey_id::text, ''), coalesce(object, ''),
                    coalesce(ra::text, ''), coalesce(dec::text, '')), 'UTF8') || \(digest))
                FROM load_stage ORDER BY ord ON CONFLICT DO NOTHING
                """
            ).affected
            result.loaded += inserted
            result.known += staged - inserted
            try connection.execute("TRUNCATE load_stage")
            rows.removeAll()
            staged = 0
        }
        do {
            try connection.transaction {
                try connection.execute(
                    """
                    CREATE TEMPORARY TABLE load_stage ON COMMIT DROP AS SELECT \(list) FROM \(table) WITH NO DATA;
                    ALTER TABLE load_stage ADD COLUMN ord integer GENERATED ALWAYS AS IDENTITY
                    """
                )
                rows.removeAll()
                for row in source {
                    if let reason = fault(row) { throw ArchiveError.unusableRow(index: index, reason: reason) }
                    try append(row)
                    (index, staged) = (index + 1, staged + 1)
                    if staged == Self.chunk { try flush() }
                }
                try flush()
            }
        } catch {
            // Names that were stored under way are gone with the transaction.
            names = Names()
            throw error
        }
        return result
    }
}
