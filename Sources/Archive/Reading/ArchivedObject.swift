internal import Postgres
package import Sky

/// An object as the archive knows it: what an object page shows.
package struct ArchivedObject: Hashable, Sendable {
    /// The survey.
    package var survey: SurveyName
    /// The survey's name of the object.
    package var objectId: String
    /// Right ascension of its first alert (degrees).
    package var ra: Double
    /// Declination of its first alert (degrees).
    package var dec: Double
    /// Its detections, by time; where packets disagree, the version of the latest alert.
    package var detections: [PhotometricPoint]
    /// Its forced photometry, by time.
    package var forced: [PhotometricPoint]
    /// Its upper limits, by time.
    package var upperLimits: [PhotometricPoint]
    /// Annotated alerts of it; those that everybody may see, as for the next two, where nothing else is asked for.
    package var alertCount: Int
    /// Time of its latest alert (MJD); nil where it has none.
    package var latestMJD: Double?
    /// Id of its latest alert.
    package var latestAlertId: Int64?
    /// Which flux it is looked at by, decided at its first alert; nil where that is still to come.
    package var fluxChoice: FluxChoice?
}

/// A row found near a position.
package struct Match<Row: Sendable>: Sendable {
    /// The row.
    package var row: Row
    /// Its distance from the position in arcseconds.
    package var distance: Double
}

extension Archive {
    /// An object with what stands now of its photometry, one point an exposure; nil where it is not known, or nothing
    /// of it is public.
    ///
    /// - Parameters:
    ///   - quality: what is no detection.
    ///   - publicOnly: whether points and alerts that are not public are left out.
    package func object(
        survey: SurveyName,
        objectId: String,
        quality: QualityRule,
        publicOnly: Bool = true
    ) throws -> ArchivedObject? {
        guard let surveyNumber = try names.known(survey: survey, connection) else { return nil }
        let rows = try connection.query(
            "SELECT object_id, ra, dec, row_count, latest_mjd, latest_alert_id, flux_choice FROM objects "
                + "WHERE name = $1 AND survey_id = $2",
            [.text(objectId), .int16(surveyNumber)]
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
        let (history, alerts) = try storedHistory(of: number)
        if publicOnly {
            let isPublic = history.isPublic(of: survey)
            let shown = alerts.filter { isPublic($0.id) }
            let latest = shown.max { ($0.mjd, $0.id) < ($1.mjd, $1.id) }
            (object.alertCount, object.latestMJD, object.latestAlertId) = (shown.count, latest?.mjd, latest?.id)
        }
        let standing = history.standing(
            upTo: .infinity,
            alertId: 0,
            publicOf: publicOnly ? survey : nil,
            cut: quality.cut(of: survey)
        )
        for point in standing {
            switch point.kind {
            case .detection: object.detections.append(point)
            case .forced: object.forced.append(point)
            case .upperLimit: object.upperLimits.append(point)
            }
        }
        return publicOnly && object.alertCount == 0 && standing.isEmpty ? nil : object
    }

    /// All that is stored of an object, and its annotated alerts.
    private func storedHistory(of object: Int64) throws -> (history: ObjectHistory, alerts: [(id: Int64, mjd: Double)])
    {
        let rows = try connection.query(
            "SELECT \(HistoryRows.columns) FROM detections d WHERE d.object_id = $1",
            [.int64(object)]
        )
        let history = try readHistory(rows)
        return (history, try (0..<rows.count).map { (try rows[$0, 3].int64, try rows[$0, 4].double) })
    }

    /// The names of the objects whose first alert lies within a radius (arcseconds), the nearest first.
    ///
    /// - Parameters:
    ///   - limit: the most objects that are looked at, the nearest.
    ///   - publicOnly: whether objects of which nothing is public are left out, as `object` does.
    package func objects(ra: Double, dec: Double, radius: Double, limit: Int = 1000, publicOnly: Bool = true) throws
        -> [Match<(survey: SurveyName, objectId: String)>]
    {
        let rows = try connection.query(
            """
            SELECT object_id, survey_id, name, q3c_dist($1, $2, ra, dec) * 3600 FROM objects
            WHERE q3c_radial_query(ra, dec, $1, $2, $3) ORDER BY 4, object_id LIMIT $4
            """,
            [.double(ra), .double(dec), .double(radius / 3600), .int64(Int64(limit))]
        )
        return try (0..<rows.count).compactMap { row in
            let survey = try names.survey(rows[row, 1].int16, connection)
            if publicOnly, try !hasPublic(rows[row, 0].int64, of: survey) { return nil }
            return Match(row: (survey, try rows[row, 2].string), distance: try rows[row, 3].double)
        }
    }

    /// Whether an alert or a point of an object is public.
    private func hasPublic(_ object: Int64, of survey: SurveyName) throws -> Bool {
        let (history, alerts) = try storedHistory(of: object)
        let isPublic = history.isPublic(of: survey)
        if alerts.contains(where: { isPublic($0.id) }) { return true }
        let cut = QualityRule.everything.cut(of: survey)
        return !history.standing(upTo: .infinity, alertId: 0, publicOf: survey, cut: cut).isEmpty
    }

    /// The annotations of an object, that of the latest alert first.
    ///
    /// - Parameter publicOnly: whether those of alerts that are not public are left out.
    package func annotations(
        survey: SurveyName,
        objectId: String,
        limit: Int = 100,
        publicOnly: Bool = true
    ) throws -> [StoredAnnotation] {
        guard let number = try names.known(survey: survey, connection) else { return [] }
        let rows = try connection.query(
            "SELECT object_id FROM objects WHERE name = $1 AND survey_id = $2",
            [.text(objectId), .int16(number)]
        )
        guard rows.count == 1 else { return [] }
        let object = try rows[0, 0].int64
        // Those that may be shown, not those that must not: an alert that is stored meanwhile is in neither list.
        var shown = PostgresParameter.null
        if publicOnly {
            let (history, alerts) = try storedHistory(of: object)
            shown = .int64s(alerts.map(\.id).filter(history.isPublic(of: survey)))
        }
        return try annotations(
            """
            a.object_id = $1 AND ($3::bigint[] IS NULL OR a.alert_id = ANY ($3))
            ORDER BY a.mjd DESC, a.revision DESC, a.alert_id DESC LIMIT $2
            """,
            [.int64(object), .int64(Int64(limit)), shown]
        ).map(\.annotation)
    }

    /// The annotations of an alert: one for each time under which its id is known, and each revision.
    ///
    /// - Parameter publicOnly: whether those of an alert that is not public are left out.
    package func annotations(
        survey: SurveyName,
        alertId: Int64,
        publicOnly: Bool = true
    ) throws -> [StoredAnnotation] {
        guard let number = try names.known(survey: survey, connection) else { return [] }
        let found = try annotations(
            "a.survey_id = $1 AND a.alert_id = $2 ORDER BY a.mjd DESC, a.revision DESC",
            [.int16(number), .int64(alertId)]
        )
        guard publicOnly else { return found.map(\.annotation) }
        var shown: Set<Int64> = []
        for object in Set(found.map(\.object)) where try storedHistory(of: object).history.isPublic(of: survey)(alertId)
        {
            shown.insert(object)
        }
        return found.filter { shown.contains($0.object) }.map(\.annotation)
    }

    private func annotations(
        _ condition: String,
        _ parameters: [PostgresParameter]
    ) throws -> [(object: Int64, annotation: StoredAnnotation)] {
        let rows = try connection.query(
            """
            SELECT a.object_id, \(StoredAnnotation.columns)
            FROM annotations a JOIN objects b ON b.object_id = a.object_id
            WHERE \(condition)
            """,
            parameters
        )
        return try (0..<rows.count).map { row in
            (try rows[row, 0].int64, try StoredAnnotation(rows, row, from: 1, &names, connection))
        }
    }
}
