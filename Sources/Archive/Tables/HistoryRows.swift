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
        // A batch reads many rows of few points: no arrays on the way.
        let kinds = try rows[row, first + 5].elements(.int16, Int16.self)
        let bands = try rows[row, first + 6].elements(.int16, Int16.self)
        let ids = try rows[row, first + 7].elements(.int64, Int64.self)
        let mjds = try rows[row, first + 8].elements(.double, UInt64.self)
        let fluxes = try rows[row, first + 9].elements(.double, UInt64.self)
        let fluxErrs = try rows[row, first + 10].elements(.double, UInt64.self)
        let totalFluxes = try rows[row, first + 11].elements(.double, UInt64.self)
        let totalFluxErrs = try rows[row, first + 12].elements(.double, UInt64.self)
        let count = kinds.count
        guard bands.count == count, ids.count == count, mjds.count == count, fluxes.count == count,
            fluxErrs.count == count, totalFluxes.count == count, totalFluxErrs.count == count
        else {
            throw PostgresError(
                kind: .unexpectedAnswer,
                message: "arrays of different lengths in detections, object \(contribution.objectId)"
            )
        }
        contribution.points = (0..<count).map { index in
            StoredPoint(
                kind: LightCurve.Kind(rawValue: UInt8(truncatingIfNeeded: kinds[index])) ?? .detection,
                band: bands[index],
                id: ids[index],
                mjd: Double(bitPattern: mjds[index]),
                flux: Double(bitPattern: fluxes[index]),
                fluxErr: Double(bitPattern: fluxErrs[index]),
                totalFlux: Double(bitPattern: totalFluxes[index]),
                totalFluxErr: Double(bitPattern: totalFluxErrs[index])
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
