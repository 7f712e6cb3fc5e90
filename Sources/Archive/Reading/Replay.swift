internal import Postgres
package import Sky

extension Archive {
    private static let annotationOf = """
        SELECT a.object_id, a.row_number, a.read_under::text, b.name, a.flags, b.flux_choice
        FROM annotations a JOIN objects b ON b.object_id = a.object_id
        WHERE a.survey_id = $1 AND a.alert_id = $2 AND a.mjd = $3 AND a.revision = 0
        """

    /// What was known at an alert when it was annotated: the same points, spectrum and metadata row as then, whatever
    /// has been stored since; under the same rule of quality. Nil where the alert has no annotation.
    package func replay(_ alert: Alert, model: String, coneRadius: Double, quality: QualityRule) throws -> Joined? {
        guard openBatch?.isOpen != true else { throw ArchiveError.batchNotOpen }
        guard let survey = try names.known(survey: alert.survey, connection) else { return nil }
        // A model that has computed nothing has stored no embedding.
        let model = try names.known(model: model, connection) ?? Int32(Names.noNumber)
        let found = try connection.query(
            Self.annotationOf,
            [.int16(survey), .int64(alert.alertId), .double(alert.mjd)]
        )
        guard found.count == 1 else { return nil }
        let objectId = try found[0, 0].int64
        let snapshot = try found[0, 2].string
        let history = try connection.query(
            "SELECT \(HistoryRows.columns) FROM detections d WHERE d.object_id = $1 AND d.row_number <= $2",
            [.int64(objectId), .int32(try found[0, 1].int32)]
        )
        let known = try readHistories(history)[objectId] ?? ObjectHistory()
        let points = known.standing(
            upTo: alert.mjd,
            alertId: alert.alertId,
            publicOf: alert.isPublic ? alert.survey : nil,
            cut: quality.cut(of: alert.survey)
        )
        var then = alert
        then.objectId = try found[0, 3].string
        let staged = StagedRows.StagedAlert(rank: 0, survey: survey, alert: then)
        let modalities = try connection.query(
            ModalityStatements.readThen,
            ModalityStatements.parameters([staged], model: model, radius: coneRadius / 3600) + [.text(snapshot)]
        )
        let flags = AlertFlags(rawValue: UInt32(bitPattern: try found[0, 4].int32))
        return Joined(
            lightCurve: LightCurve(points: points.map { LightCurve.Point($0) }),
            spectrum: try Self.spectrum(modalities, 0),
            metadata: try metadata(modalities, 0),
            fluxChoice: try found[0, 5].present.flatMap { FluxChoice(rawValue: try $0.int16) } ?? known.firstChoice
                ?? FluxChoice(packetOf: alert),
            isConflicting: flags.contains(.conflicting)
        )
    }
}
