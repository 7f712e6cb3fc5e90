internal import Postgres
internal import Sky

extension OpenBatch {
    /// The datums are too large to be sent twice and may already be there: they come by COPY, and then to their place.
    static let stagingTable = """
        CREATE TEMPORARY TABLE stage_annotations (
            survey_id smallint NOT NULL, alert_id bigint NOT NULL, mjd double precision NOT NULL,
            object_id bigint NOT NULL, row_number integer NOT NULL, topic_id integer NOT NULL,
            partition_id integer NOT NULL, message_offset bigint NOT NULL, message_time bigint NOT NULL,
            model_id integer NOT NULL, node text, percentile real, flags integer NOT NULL,
            topics text[] NOT NULL, datum bytea NOT NULL, schema_version text NOT NULL,
            appends_cutouts boolean, appended_light_curve smallint NOT NULL, read_under text NOT NULL
        ) ON COMMIT DELETE ROWS
        """

    private static let annotationColumns = [
        "survey_id", "alert_id", "mjd", "object_id", "row_number", "topic_id", "partition_id", "message_offset",
        "message_time", "model_id", "node", "percentile", "flags", "topics", "datum", "schema_version",
        "appends_cutouts", "appended_light_curve", "read_under",
    ]

    private static let insertAnnotations = PreparedStatement(
        """
        INSERT INTO annotations (\(annotationColumns.joined(separator: ", ")), revision)
        SELECT survey_id, alert_id, mjd, object_id, row_number, topic_id, partition_id, message_offset, message_time,
               model_id, node, percentile, flags, topics, datum, schema_version, appends_cutouts, appended_light_curve,
               read_under::pg_snapshot, 0
        FROM stage_annotations
        ORDER BY survey_id, alert_id, mjd
        ON CONFLICT DO NOTHING
        """
    )

    /// Writes annotations. This batch owns its alerts, so all of them are new; where one is not, what stands there is
    /// read back for all.
    func storeAnnotations(_ annotations: [Int: NewAnnotation]) throws -> [Int: StoredAnnotation] {
        guard !annotations.isEmpty else { return [:] }
        let (connection, rows) = (archive.connection, archive.rows)
        rows.removeAll()
        var stored: [Int: StoredAnnotation] = [:]
        for (index, annotation) in annotations.sorted(by: { $0.key < $1.key }) {
            guard case .alert(let alert) = incoming[index].content, let place = places[index] else {
                throw ArchiveError.notToBeAnnotated(index: index)
            }
            let position = incoming[index].position
            try append(annotation, alert, position, place, to: rows)
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
        if hasStaged { try connection.execute("DELETE FROM stage_annotations") }
        hasStaged = true
        try connection.copyIn("stage_annotations", columns: Self.annotationColumns, rows: rows)
        let inserted = try connection.query(Self.insertAnnotations)
        return inserted.affected == annotations.count ? stored : try readBack(stored)
    }

    private func append(
        _ annotation: NewAnnotation,
        _ alert: Alert,
        _ position: InputPosition,
        _ place: (objectId: Int64, rowNumber: Int32),
        to rows: CopyBuffer
    ) throws {
        rows.beginRow(columns: Self.annotationColumns.count)
        rows.append(try archive.names.number(survey: alert.survey, archive.connection))
        rows.append(alert.alertId)
        rows.append(alert.mjd)
        rows.append(place.objectId)
        rows.append(place.rowNumber)
        rows.append(try archive.names.number(topic: position.topic, archive.connection))
        rows.append(position.partition)
        rows.append(position.offset)
        rows.append(position.timestamp)
        rows.append(modelNumber)
        if let node = annotation.node { rows.append(node) } else { rows.appendNull() }
        if let percentile = annotation.percentile { rows.append(percentile) } else { rows.appendNull() }
        rows.append(Int32(bitPattern: annotation.flags.rawValue))
        rows.append(array: annotation.topics)
        rows.append(bytes: annotation.datum)
        rows.append(annotation.framing.schemaVersion)
        if let cutouts = annotation.framing.appendsCutouts { rows.append(cutouts) } else { rows.appendNull() }
        rows.append(annotation.framing.lightCurve.rawValue)
        rows.append(snapshot)
    }

    private func readBack(_ given: [Int: StoredAnnotation]) throws -> [Int: StoredAnnotation] {
        let sorted = given.sorted { $0.key < $1.key }
        let rows = try archive.connection.query(
            BatchStatements.readStored,
            [
                .int32s(sorted.map { Int32($0.key) }),
                .int16s(try sorted.map { try archive.names.number(survey: $0.value.survey, archive.connection) }),
                .int64s(sorted.map(\.value.alertId)), .doubles(sorted.map(\.value.mjd)),
            ]
        )
        var stored = given
        for row in 0..<rows.count {
            let index = Int(try rows[row, 0].int32)
            stored[index] = try StoredAnnotation(rows, row, from: 1, &archive.names, archive.connection)
        }
        return stored
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

    func storeEmbeddings(_ kind: String, _ embeddings: [Int64: [Float]]) throws {
        guard !embeddings.isEmpty, let statement = Self.insertEmbedding[kind] else { return }
        let model = modelNumber
        _ = try archive.connection.pipelined { pipeline in
            for (id, embedding) in embeddings.sorted(by: { $0.key < $1.key }) {
                pipeline.add(statement, [.int64(id), .int32(model), .floats(embedding)])
            }
        }
    }
}
