internal import Postgres
public import Sky

/// An object as the archive knows it: what an object page shows.
public struct ArchivedObject: Hashable, Sendable {
    /// The survey.
    public var survey: SurveyName
    /// The survey's name of the object.
    public var objectId: String
    /// Right ascension of its first alert (degrees).
    public var ra: Double
    /// Declination of its first alert (degrees).
    public var dec: Double
    /// Its detections, by time; where packets disagree, the version of the latest alert.
    public var detections: [PhotometricPoint]
    /// Its forced photometry, by time.
    public var forced: [PhotometricPoint]
    /// Its upper limits, by time.
    public var upperLimits: [PhotometricPoint]
    /// Annotated alerts of it.
    public var alertCount: Int
    /// Time of its latest alert (MJD); nil where it has none.
    public var latestMJD: Double?
    /// Id of its latest alert.
    public var latestAlertId: Int64?
    /// Which flux it is looked at by, decided at its first alert; nil where that is still to come.
    public var fluxChoice: FluxChoice?
}

/// A row found near a position.
public struct Match<Row: Sendable>: Sendable {
    /// The row.
    public var row: Row
    /// Its distance from the position in arcseconds.
    public var distance: Double
}

extension Archive {
    /// An object with what stands now of its photometry, one point an exposure; nil where it is not known.
    ///
    /// - Parameters:
    ///   - quality: what is no detection.
    ///   - publicOnly: whether points that are not public are left out.
    public func object(
        survey: SurveyName,
        objectId: String,
        quality: QualityRule,
        publicOnly: Bool = true
    ) throws -> ArchivedObject? {
        let rows = try connection.query(
            "SELECT object_id, ra, dec, row_count, latest_mjd, latest_alert_id, flux_choice FROM objects "
                + "WHERE name = $1 AND survey_id = $2",
            [.text(objectId), .int16(try names.number(survey: survey, connection))]
        )
        guard rows.count == 1 else { return nil }
        var object = ArchivedObject(
            survey: survey,
            objectId: objectId,
            ra: try rows[0, 1].double,
            dec: try rows[0, 2].double,
            detections: [],
            forced: [],
            upperLimits: [],
            alertCount: Int(try rows[0, 3].int32),
            latestMJD: try rows[0, 4].present?.double,
            latestAlertId: try rows[0, 5].present?.int64,
            fluxChoice: try rows[0, 6].present.flatMap { FluxChoice(rawValue: try $0.int16) }
        )
        let number = try rows[0, 0].int64
        let history = try connection.query(
            "SELECT \(HistoryRows.columns) FROM detections d WHERE d.object_id = $1",
            [.int64(number)]
        )
        let standing = try readHistories(history)[number]?.standing(
            upTo: .infinity,
            alertId: 0,
            publicOf: publicOnly ? survey : nil,
            cut: quality.cut(of: survey)
        )
        for point in standing ?? [] {
            switch point.kind {
            case .detection: object.detections.append(point)
            case .forced: object.forced.append(point)
            case .upperLimit: object.upperLimits.append(point)
            }
        }
        return object
    }

    /// The names of the objects whose first alert lies within a radius (arcseconds), the nearest first.
    public func objects(ra: Double, dec: Double, radius: Double) throws -> [Match<
        (survey: SurveyName, objectId: String)
    >] {
        let rows = try connection.query(
            """
            SELECT survey_id, name, q3c_dist($1, $2, ra, dec) * 3600 FROM objects
            WHERE q3c_radial_query(ra, dec, $1, $2, $3) ORDER BY 3, object_id
            """,
            [.double(ra), .double(dec), .double(radius / 3600)]
        )
        return try (0..<rows.count).map { row in
            let survey = try names.survey(rows[row, 0].int16, connection)
            return Match(row: (survey, try rows[row, 1].string), distance: try rows[row, 2].double)
        }
    }

    /// The annotations of an object, that of the latest alert first.
    public func annotations(survey: SurveyName, objectId: String, limit: Int = 100) throws -> [StoredAnnotation] {
        try annotations(
            "b.name = $1 AND b.survey_id = $2 ORDER BY a.mjd DESC, a.revision DESC, a.alert_id DESC LIMIT $3",
            [
                .text(objectId), .int16(try names.number(survey: survey, connection)), .int64(Int64(limit)),
            ]
        )
    }

    /// The annotations of an alert: one for each time under which its id is known, and each revision.
    public func annotations(survey: SurveyName, alertId: Int64) throws -> [StoredAnnotation] {
        try annotations(
            "a.survey_id = $1 AND a.alert_id = $2 ORDER BY a.mjd DESC, a.revision DESC",
            [.int16(try names.number(survey: survey, connection)), .int64(alertId)]
        )
    }

    private func annotations(_ condition: String, _ parameters: [PostgresParameter]) throws -> [StoredAnnotation] {
        let rows = try connection.query(
            """
            SELECT \(StoredAnnotation.columns) FROM annotations a JOIN objects b ON b.object_id = a.object_id
            WHERE \(condition)
            """,
            parameters
        )
        return try (0..<rows.count).map { try StoredAnnotation(rows, $0, from: 0, &names, connection) }
    }
}
