internal import Postgres
internal import Sky

extension StoredAnnotation {
    static let columns = """
        a.survey_id, a.alert_id, b.name, a.mjd, a.revision, a.topic_id, a.partition_id, a.message_offset, \
        a.message_time, a.node, a.percentile, a.flags, a.topics, a.datum, a.schema_version, a.appends_cutouts, \
        a.appended_light_curve
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
        framing = DatumFraming(
            schemaVersion: try rows[row, first + 14].string,
            appendsCutouts: try rows[row, first + 15].present?.bool,
            lightCurve: DatumFraming.LightCurveExtent(rawValue: try rows[row, first + 16].int16) ?? .none
        )
    }
}
