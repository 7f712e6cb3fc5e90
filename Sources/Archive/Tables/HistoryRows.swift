internal import Postgres
internal import Sky

/// Rows of the table `detections`, from and to the wire.
enum HistoryRows {
    static let columns = """
        d.object_id, d.row_number, d.first_point, d.alert_id, d.alert_mjd, d.kinds, d.bands, d.ids, d.mjds, \
        d.fluxes, d.flux_errs, d.total_fluxes, d.total_flux_errs, d.repeated
        """

    static let copyColumns = [
        "object_id", "row_number", "first_point", "alert_id", "alert_mjd", "kinds", "bands", "ids", "mjds", "fluxes",
        "flux_errs", "total_fluxes", "total_flux_errs", "repeated",
    ]

    static func contribution(_ rows: PostgresResult, _ row: Int, from first: Int = 0) throws -> Contribution {
        var contribution = Contribution(
            objectId: try rows[row, first].int64,
            rowNumber: try rows[row, first + 1].int32,
            firstPoint: try rows[row, first + 2].int32,
            alertId: try rows[row, first + 3].int64,
            alertMJD: try rows[row, first + 4].double,
            points: [],
            repeated: try rows[row, first + 13].int32s
        )
        let kinds = try rows[row, first + 5].int16s
        let bands = try rows[row, first + 6].int16s
        let ids = try rows[row, first + 7].int64s
        let values = try (8..<13).map { try rows[row, first + $0].doubles }
        guard ([bands.count, ids.count] + values.map(\.count)).allSatisfy({ $0 == kinds.count }) else {
            throw PostgresError(
                kind: .unexpectedAnswer,
                message: "arrays of different lengths in detections, object \(contribution.objectId)"
            )
        }
        contribution.points = kinds.indices.map { index in
            StoredPoint(
                kind: LightCurve.Kind(rawValue: UInt8(truncatingIfNeeded: kinds[index])) ?? .detection,
                band: bands[index],
                id: ids[index],
                mjd: values[0][index],
                flux: values[1][index],
                fluxErr: values[2][index],
                totalFlux: values[3][index],
                totalFluxErr: values[4][index]
            )
        }
        return contribution
    }

    static func append(_ row: Contribution, to rows: CopyBuffer) {
        rows.beginRow(columns: copyColumns.count)
        rows.append(row.objectId)
        rows.append(row.rowNumber)
        rows.append(row.firstPoint)
        rows.append(row.alertId)
        rows.append(row.alertMJD)
        rows.append(array: row.points.lazy.map { Int16($0.kind.rawValue) })
        rows.append(array: row.points.lazy.map(\.band))
        rows.append(array: row.points.lazy.map(\.id))
        rows.append(array: row.points.lazy.map(\.mjd))
        rows.append(array: row.points.lazy.map(\.flux))
        rows.append(array: row.points.lazy.map(\.fluxErr))
        rows.append(array: row.points.lazy.map(\.totalFlux))
        rows.append(array: row.points.lazy.map(\.totalFluxErr))
        rows.append(array: row.repeated)
    }
}

extension StoredAnnotation {
    static let columns = """
        a.survey_id, a.alert_id, b.name, a.mjd, a.revision, a.topic_id, a.partition_id, a.message_offset, \
        a.message_time, a.node, a.percentile, a.flags, a.topics, a.datum
        """

    init(_ rows: PostgresResult, _ row: Int, from first: Int, _ names: inout Names, _ connection: PostgresConnection)
        throws
    {
        survey = try names.survey(rows[row, first].int16, connection)
        alertId = try rows[row, first + 1].int64
        objectId = try rows[row, first + 2].string
        mjd = try rows[row, first + 3].double
        revision = try rows[row, first + 4].int16
        position = InputPosition(
            topic: try names.topic(rows[row, first + 5].int32, connection),
            partition: try rows[row, first + 6].int32,
            offset: try rows[row, first + 7].int64,
            timestamp: try rows[row, first + 8].int64
        )
        node = try rows[row, first + 9].present?.string
        percentile = try rows[row, first + 10].present?.float
        flags = AlertFlags(rawValue: UInt32(bitPattern: try rows[row, first + 11].int32))
        topics = try rows[row, first + 12].texts.compactMap { $0 }
        datum = try rows[row, first + 13].byteArray
    }
}
