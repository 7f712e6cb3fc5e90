internal import Postgres
package import Sky

extension Archive {
    private static let annotationOf = """
        SELECT a.object_id, a.row_number, a.read_under::text, b.name, a.flags, b.flux_choice,
               l.row_number IS NOT NULL, l.spectrum_id, l.metadata_id
        FROM annotations a
        JOIN objects b ON b.object_id = a.object_id
        LEFT JOIN ledger l ON l.topic_id = a.topic_id AND l.partition_id = a.partition_id
            AND l.message_offset = a.message_offset AND l.message_time = a.message_time
        WHERE a.survey_id = $1 AND a.alert_id = $2 AND a.mjd = $3 AND a.revision = 0
        """

    /// What was known at an alert when it was annotated: the same points, spectrum and metadata row as then, whatever
    /// has been stored since; under the same rule of quality. Nil where the alert has no annotation.
    ///
    /// Spectrum and metadata row are those that were noted with the decision. Of answers from before they were noted they are
    /// chosen again as of the snapshot, which holds in the database that it was taken in, and not in a copy.
    package func replay(_ alert: Alert, model: String, coneRadius: Double, quality: QualityRule) throws -> Joined? {
        guard let survey = try names.known(survey: alert.survey, connection) else { return nil }
        // A model that has computed nothing has stored no embedding.
        let model = try names.known(model: model, connection) ?? Int32(Names.noNumber)
        let found = try connection.query(
            Self.annotationOf,
            [.int16(survey), .int64(alert.alertId), .double(alert.mjd)]
        )
        guard found.count == 1 else { return nil }
        let ground = Decision.Ground(
            objectId: try found[0, 0].int64,
            rowNumber: try found[0, 1].int32,
            spectrumId: try found[0, 7].present?.int64,
            metadataId: try found[0, 8].present?.int64,
            isConflicting: AlertFlags(rawValue: UInt32(bitPattern: try found[0, 4].int32)).contains(.conflicting)
        )
        let known = try readHistory(
            connection.query(
                "SELECT \(HistoryRows.columns) FROM detections d WHERE d.object_id = $1 AND d.row_number <= $2",
                [.int64(ground.objectId), .int32(ground.rowNumber)]
            )
        )
        let chosen: PostgresResult
        if try found[0, 6].bool {
            chosen = try connection.query(
                ModalityStatements.readChosen,
                ModalityStatements.parameters([(0, ground)], model: model)
            )
        } else {
            var then = alert
            then.objectId = try found[0, 3].string
            let staged = StagedRows.StagedAlert(rank: 0, survey: survey, alert: then)
            let snapshot = try found[0, 2].present?.string ?? ""
            chosen = try connection.query(
                ModalityStatements.chooseThen,
                ModalityStatements.parameters([staged], model: model, radius: coneRadius / 3600) + [.text(snapshot)]
            )
        }
        let modalities = try modalities(chosen, 0)
        return Joined(
            lightCurve: known.lightCurve(at: alert, quality),
            spectrum: modalities.spectrum,
            metadata: modalities.metadata,
            fluxChoice: try found[0, 5].present.flatMap { FluxChoice(rawValue: try $0.int16) } ?? known.firstChoice
                ?? FluxChoice(packetOf: alert),
            isConflicting: ground.isConflicting
        )
    }
}
