internal import Postgres
internal import Sky

extension OpenBatch {
    private static let updateAnnotation = PreparedStatement(
        """
        UPDATE annotations SET flags = $5, datum = $6, appends_cutouts = $7, appended_light_curve = $8
        WHERE survey_id = $1 AND alert_id = $2 AND mjd = $3 AND revision = $4
        """,
        [.int16, .int64, .double, .int16, .int32, .bytes, .bool, .int16]
    )

    /// Replaces what is to be published of a row that was annotated before and is not known to have gone out: flags, datum
    /// and what is appended, with the batch's commit. The one case in which what was stored first does not stand: the topics
    /// do not take it any more.
    ///
    /// - Throws: `ArchiveError` where the row's outcome is not `.stored`.
    package func replace(_ index: Int, with annotation: StoredAnnotation) throws {
        guard isOpen else { throw ArchiveError.batchNotOpen }
        guard outcomes.indices.contains(index), case .stored(let known) = outcomes[index] else {
            throw ArchiveError.notStored(index: index)
        }
        let connection = archive.connection
        _ = try connection.query(
            Self.updateAnnotation,
            [
                .int16(try archive.names.number(survey: known.survey, connection)), .int64(known.alertId),
                .double(known.mjd), .int16(known.revision), .int32(Int32(bitPattern: annotation.flags.rawValue)),
                .bytes(annotation.datum), annotation.framing.appendsCutouts.map { .bool($0) } ?? .null,
                .int16(annotation.framing.lightCurve.rawValue),
            ]
        )
        outcomes[index] = .stored(annotation)
    }
}
