internal import Postgres
internal import Sky

extension Archive {
    /// Stores the answers of a decided batch, in one transaction: the first that was ever written stands and is returned.
    ///
    /// It needs no lock and no epoch. An answer is stored for the position that owns its alert and for no other, and whoever
    /// computed it, did so from the same. Where it throws, the answers are owed still.
    ///
    /// - Parameters:
    ///   - annotations: for every row that is to be annotated, by its index.
    ///   - replacing: what is to be published of rows that were answered before, where the topics do not take what stands there
    ///     any more: the one case in which what was stored first does not stand.
    ///   - spectrumEmbeddings: newly computed embeddings under the batch's model, by the spectrum's id.
    ///   - metadataEmbeddings: the same by the metadata row's id.
    /// - Returns: what is to be published of the annotations, by index of the row.
    /// - Throws: `ArchiveError` where annotations are missing or too many, `.dispossessed` where another position has come to own
    ///   an alert; `PostgresError`.
    package func store(
        _ annotations: [Int: NewAnnotation],
        of batch: DecidedBatch,
        replacing: [Int: StoredAnnotation] = [:],
        spectrumEmbeddings: [Int64: [Float]] = [:],
        metadataEmbeddings: [Int64: [Float]] = [:]
    ) throws -> [Int: StoredAnnotation] {
        let missing = batch.grounds.keys.filter { annotations[$0] == nil }.sorted()
        guard missing.isEmpty else { throw ArchiveError.incompleteBatch(indices: missing) }
        if let other = annotations.keys.filter({ batch.grounds[$0] == nil }).min() {
            throw ArchiveError.notToBeAnnotated(index: other)
        }
        guard !annotations.isEmpty || !replacing.isEmpty else { return [:] }
        let model = try names.number(model: batch.model, connection)
        return try connection.transaction {
            let stored = try storeAnnotations(annotations, of: batch, model)
            try replace(replacing, of: batch)
            try storeEmbeddings("spectrum", spectrumEmbeddings, model: model)
            try storeEmbeddings("metadata", metadataEmbeddings, model: model)
            return stored
        }
    }

    /// The datums are too large to be sent twice and may already be there: they come by COPY, and then to their place.
    static let stagingTable = """
        CREATE TEMPORARY TABLE stage_annotations (
            survey_id smallint NOT NULL, alert_id bigint NOT NULL, mjd double precision NOT NULL,
            object_id bigint NOT NULL, row_number integer NOT NULL, topic_id integer NOT NULL,
            partition_id integer NOT NULL, message_offset bigint NOT NULL, message_time bigint NOT NULL,
            model_id integer NOT NULL, node text, percentile real, flags integer NOT NULL,
            topics text[] NOT NULL, datum bytea NOT NULL, schema_version text NOT NULL,
            appends_cutouts boolean, appended_light_curve smallint NOT NULL
        ) ON COMMIT DELETE ROWS
        """

    private static let annotationColumns = [
        "survey_id", "alert_id", "mjd", "object_id", "row_number", "topic_id", "partition_id", "message_offset",
        "message_time", "model_id", "node", "percentile", "flags", "topics", "datum", "schema_version",
        "appends_cutouts", "appended_light_curve",
    ]

    private static let insertAnnotations = PreparedStatement(
        """
        INSERT INTO annotations (\(annotationColumns.joined(separator: ", ")), revision)
        SELECT \(annotationColumns.joined(separator: ", ")), 0
        FROM stage_annotations s
        WHERE EXISTS (
            SELECT FROM owner o
            WHERE o.survey_id = s.survey_id AND o.alert_id = s.alert_id AND o.mjd = s.mjd
              AND o.topic_id = s.topic_id AND o.partition_id = s.partition_id
              AND o.message_offset = s.message_offset AND o.message_time = s.message_time
            OFFSET 0)
        ORDER BY survey_id, alert_id, mjd
        ON CONFLICT DO NOTHING
        """
    )

    /// Writes annotations. Where not all were new, what stands there is read back for all.
    private func storeAnnotations(
        _ annotations: [Int: NewAnnotation],
        of batch: DecidedBatch,
        _ model: Int32
    ) throws -> [Int: StoredAnnotation] {
        guard !annotations.isEmpty else { return [:] }
        rows.removeAll()
        var stored: [Int: StoredAnnotation] = [:]
        for (index, annotation) in annotations.sorted(by: { $0.key < $1.key }) {
            guard case .alert(let alert) = batch.rows[index].content, let ground = batch.grounds[index] else {
                throw ArchiveError.notToBeAnnotated(index: index)
            }
            let position = batch.rows[index].position
            try append(annotation, alert, position, ground, model)
            stored[index] = StoredAnnotation(
                survey: alert.survey,
                alertId: alert.alertId,
                objectId: alert.objectId,
                mjd: alert.mjd,
                revision: 0,
                position: position,
                node: annotation.node,
                percentile: annotation.percentile,
                flags: annotation.flags,
                topics: annotation.topics,
                datum: annotation.datum,
                framing: annotation.framing
            )
        }
        try connection.copyIn("stage_annotations", columns: Self.annotationColumns, rows: rows)
        let inserted = try connection.query(Self.insertAnnotations)
        return inserted.affected == annotations.count ? stored : try readBack(stored)
    }

    private func append(
        _ annotation: NewAnnotation,
        _ alert: Alert,
        _ position: InputPosition,
        _ ground: Decision.Ground,
        _ model: Int32
    ) throws {
        rows.beginRow(columns: Self.annotationColumns.count)
        rows.append(try names.number(survey: alert.survey, connection))
        rows.append(alert.alertId)
        rows.append(alert.mjd)
        rows.append(ground.objectId)
        rows.append(ground.rowNumber)
        rows.append(try names.number(topic: position.topic, connection))
        rows.append(position.partition)
        rows.append(position.offset)
        rows.append(position.timestamp)
        rows.append(model)
        if let node = annotation.node { rows.append(node) } else { rows.appendNull() }
        if let percentile = annotation.percentile { rows.append(percentile) } else { rows.appendNull() }
        rows.append(Int32(bitPattern: annotation.flags.rawValue))
        rows.append(array: annotation.topics)
        rows.append(bytes: annotation.datum)
        rows.append(annotation.framing.schemaVersion)
        if let cutouts = annotation.framing.appendsCutouts { rows.append(cutouts) } else { rows.appendNull() }
        rows.append(annotation.framing.lightCurve.rawValue)
    }

    /// What stands in the place of annotations, some of which another wrote first.
    private func readBack(_ given: [Int: StoredAnnotation]) throws -> [Int: StoredAnnotation] {
        let sorted = given.sorted { $0.key < $1.key }
        let rows = try connection.query(
            DecidingStatements.readStored,
            [
                .int32s(sorted.map { Int32($0.key) }),
                .int16s(try sorted.map { try names.number(survey: $0.value.survey, connection) }),
                .int64s(sorted.map(\.value.alertId)), .doubles(sorted.map(\.value.mjd)),
            ]
        )
        var stored: [Int: StoredAnnotation] = [:]
        for row in 0..<rows.count {
            let annotation = try StoredAnnotation(rows, row, from: 1, &names, connection)
            stored[Int(try rows[row, 0].int32)] = annotation
        }
        if let (_, lost) = sorted.first(where: { stored[$0.key]?.position != $0.value.position }) {
            throw ArchiveError.dispossessed(
                partition: "\(lost.position.topic)/\(lost.position.partition)",
                holder: "the owner of the alert of \(lost.position), another position"
            )
        }
        return stored
    }

    private static let updateAnnotation = PreparedStatement(
        """
        UPDATE annotations SET flags = $5, datum = $6, appends_cutouts = $7, appended_light_curve = $8
        WHERE survey_id = $1 AND alert_id = $2 AND mjd = $3 AND revision = $4
        """,
        [.int16, .int64, .double, .int16, .int32, .bytes, .bool, .int16]
    )

    private func replace(_ annotations: [Int: StoredAnnotation], of batch: DecidedBatch) throws {
        for (index, annotation) in annotations.sorted(by: { $0.key < $1.key }) {
            guard batch.outcomes.indices.contains(index), case .stored(let known) = batch.outcomes[index] else {
                throw ArchiveError.notStored(index: index)
            }
            try connection.query(
                Self.updateAnnotation,
                [
                    .int16(try names.number(survey: known.survey, connection)), .int64(known.alertId),
                    .double(known.mjd), .int16(known.revision), .int32(Int32(bitPattern: annotation.flags.rawValue)),
                    .bytes(annotation.datum), annotation.framing.appendsCutouts.map { .bool($0) } ?? .null,
                    .int16(annotation.framing.lightCurve.rawValue),
                ]
            )
        }
    }

    private static let insertEmbedding = Dictionary(
        uniqueKeysWithValues: [("spectrum", "spectra"), ("metadata", "metadata")].map { kind, table in
            (
                kind,
                PreparedStatement(
                    """
                    INSERT INTO \(kind)_embeddings (\(kind)_id, model_id, embedding)
                    SELECT \(kind)_id, $2, $3 FROM \(table) WHERE \(kind)_id = $1
                    ON CONFLICT DO NOTHING
                    """,
                    [.int64, .int32, .floats]
                )
            )
        }
    )

    private func storeEmbeddings(_ kind: String, _ embeddings: [Int64: [Float]], model: Int32) throws {
        guard !embeddings.isEmpty, let statement = Self.insertEmbedding[kind] else { return }
        _ = try connection.pipelined { pipeline in
            for (id, embedding) in embeddings.sorted(by: { $0.key < $1.key }) {
                pipeline.add(statement, [.int64(id), .int32(model), .floats(embedding)])
            }
        }
    }
}
