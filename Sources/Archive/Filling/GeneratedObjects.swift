internal import Postgres
package import Sky

/// Objects that the database makes up by itself, as if each had had one alert: for measurements at size.
///
/// Each has a row in `objects`, `owner` and `ledger` and one of so many points in `detections`. Their alerts are spread
/// evenly over a span of time, in order of their numbers, so that the monthly tables are filled one after the other.
package struct GeneratedObjects: Sendable {
    /// The survey that they belong to.
    package var survey: SurveyName
    /// How many there are.
    package var count: Int
    /// Points of each, one a day up to its alert; the last is the alert's own detection.
    package var points = 20
    /// The time of the last alert (MJD).
    package var until: Double
    /// Days over which the alerts are spread.
    package var days: Double = 730
    /// Names that some of them have, spread evenly over all; the others are named `generated 0`, `generated 1`, ...
    package var names: [String] = []
    /// The band of the points.
    package var band = Band("g", wavelength: 472.3)

    /// The topic that the ledger says they came from: one that no worker reads.
    package static let topic = "generated objects"
    /// The id of the first alert; those of packets are far from it.
    package static let firstAlertId: Int64 = 4_000_000_000_000_000_000

    /// So many objects of a survey.
    package init(survey: SurveyName, count: Int, until: Double, names: [String] = []) {
        self.survey = survey
        self.count = count
        self.until = until
        self.names = names
    }
}

extension Archive {
    /// Stores generated objects, in one transaction: 10^6 take 40 s and 1.8 GB.
    ///
    /// The session's other settings are for the small statements of a batch: this goes through a session of its own.
    package static func fill(_ url: String, with objects: GeneratedObjects) throws {
        let connection = try PostgresConnection(url)
        defer { connection.close() }
        var (names, months) = (Names(), MonthPartitions())
        let first = objects.until - objects.days
        let alertMonths = Set(stride(from: first, to: objects.until, by: 1).map { Month(mjd: $0) })
            .union([Month(mjd: objects.until)])
        try months.ensure(
            alertMonths: alertMonths,
            messageMonths: Set(alertMonths.map { Month(milliseconds: $0.firstMillisecond) }),
            connection
        )
        let count = objects.count
        let places = objects.names.indices.map { Int64($0 * count / max(1, objects.names.count)) }
        let parameters: [PostgresParameter] = [
            .int16(try names.number(survey: objects.survey, connection)),
            .int32(try names.number(topic: GeneratedObjects.topic, connection)),
            .int16(try names.number(band: objects.band, connection)),
            .int64(Int64(count)), .double(first), .double(objects.days), .int64(GeneratedObjects.firstAlertId),
            .texts(objects.names), .int64s(places),
        ]
        try connection.transaction {
            try connection.execute("SET LOCAL synchronous_commit = off")
            try connection.query(Self.fillStatement(points: objects.points), parameters)
        }
    }

    /// Brings a filled database to rest: statistics, visibility and a checkpoint, so that none of it is done while
    /// something is measured.
    package static func settle(_ url: String) throws {
        let connection = try PostgresConnection(url)
        defer { connection.close() }
        try connection.execute("VACUUM (ANALYZE)")
        try connection.execute("CHECKPOINT")
    }

    private static func fillStatement(points: Int) -> String {
        func array(_ type: String, _ element: (Int) -> String) -> String {
            "ARRAY[" + (0..<points).map(element).joined(separator: ", ") + "]::\(type)[]"
        }
        return """
            WITH made AS MATERIALIZED (
                SELECT n, $5 + $6 * n / $4 AS mjd, $7 + n AS alert_id, coalesce(g.name, 'generated ' || n) AS name,
                       -- The golden angle in right ascension, even in the sine of declination.
                       (n * 137.50776405003785) - 360 * floor(n * 137.50776405003785 / 360) AS ra,
                       degrees(asin(2 * (n + 0.5) / $4 - 1)) AS dec
                FROM generate_series(0, $4 - 1) AS n
                LEFT JOIN unnest($8::text[], $9::bigint[]) AS g (name, place) ON g.place = n
            ), stored AS (
                INSERT INTO objects (survey_id, name, ra, dec)
                SELECT $1, name, ra, dec FROM made ORDER BY n
                RETURNING object_id, name
            ), owned AS (
                INSERT INTO owner (survey_id, alert_id, mjd, topic_id, partition_id, message_offset, message_time)
                SELECT $1, alert_id, mjd, $2, 0, n, ((mjd - 40587) * 86400000)::bigint FROM made
            ), booked AS (
                INSERT INTO ledger (topic_id, partition_id, message_offset, message_time, survey_id, alert_id, mjd,
                                    outcome)
                SELECT $2, 0, n, ((mjd - 40587) * 86400000)::bigint, $1, alert_id, mjd, 1 FROM made
            )
            INSERT INTO detections (object_id, row_number, first_point, alert_id, alert_mjd, kinds, bands, ids, mjds,
                                    fluxes, flux_errs, total_fluxes, total_flux_errs, repeated, program_ids)
            SELECT object_id, 0, 0, alert_id, mjd,
                   \(array("smallint") { _ in "0" }), \(array("smallint") { _ in "$3" }),
                   \(array("bigint") { "alert_id - \((points - 1 - $0) * 10_000_000_000)" }),
                   \(array("double precision") { "mjd - \(points - 1 - $0)" }),
                   \(array("double precision") { "1000 + (n * \(31 + $0)) % 997" }),
                   \(array("double precision") { _ in "20" }),
                   \(array("double precision") { "5000 + (n * \(31 + $0)) % 997" }),
                   \(array("double precision") { _ in "25" }), '{}', '{}'
            FROM made JOIN stored USING (name)
            """
    }
}
