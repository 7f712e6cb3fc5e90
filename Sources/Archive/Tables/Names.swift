import Ground
internal import Postgres
internal import Sky

/// A band that gets no number: its name is none, or the archive holds as many as it ever will.
struct UnusableBand: Error, CustomStringConvertible {
    let description: String
}

/// The numbers that stand for names in the tables, kept once they are known: they never change.
///
/// Topics and surveys are few. Names of bands come from packets: there are `Names.mostBands` at the most.
struct Names {
    /// Bands of all surveys; those that are known have a few dozen.
    static let mostBands = 1024

    private var topics: [String: Int32] = [:]
    private var surveys: [SurveyName: Int16] = [:]
    private var bands: [Band: Int16] = [:]
    private var models: [String: Int32] = [:]
    private var featureLists: [[String]: Int32] = [:]
    private var featuresByNumber: [Int32: [String]] = [:]
    private var topicNames: [Int32: String] = [:]
    private var surveyNames: [Int16: SurveyName] = [:]
    private var bandsByNumber: [Int16: Band] = [:]

    /// What stands in a question for a name that has no number: numbers are given from 1 on.
    static let noNumber: Int16 = 0

    /// The number of a topic, nil for one that the archive does not know. Stores nothing, so that readers may ask.
    mutating func known(topic: String, _ connection: PostgresConnection) throws -> Int32? {
        if let known = topics[topic] { return known }
        let rows = try connection.query(Self.selectTopic, [.text(topic)])
        guard rows.count > 0 else { return nil }
        let number = try rows[0, 0].int32
        topics[topic] = number
        topicNames[number] = topic
        return number
    }

    /// The number of a survey, nil for one that the archive does not know. Stores nothing, so that readers may ask.
    mutating func known(survey: SurveyName, _ connection: PostgresConnection) throws -> Int16? {
        if let known = surveys[survey] { return known }
        let rows = try connection.query(Self.selectSurvey, [.text(survey.name)])
        guard rows.count > 0 else { return nil }
        let number = try rows[0, 0].int16
        surveys[survey] = number
        surveyNames[number] = survey
        return number
    }

    /// The number of a model's checksum, nil for one that the archive does not know. Stores nothing, so that readers
    /// may ask.
    mutating func known(model: String, _ connection: PostgresConnection) throws -> Int32? {
        if let known = models[model] { return known }
        let rows = try connection.query(Self.selectModel, [.text(model)])
        guard rows.count > 0 else { return nil }
        let number = try rows[0, 0].int32
        models[model] = number
        return number
    }

    /// The number of a topic; a new one is stored.
    mutating func number(topic: String, _ connection: PostgresConnection) throws -> Int32 {
        if let known = topics[topic] { return known }
        let rows = try Self.find(
            Self.selectTopic,
            insert: "INSERT INTO topics (name) VALUES ($1) ON CONFLICT DO NOTHING",
            [.text(topic)],
            connection
        )
        let number = try rows[0, 0].int32
        topics[topic] = number
        topicNames[number] = topic
        return number
    }

    /// The number of a survey; a new one is stored.
    mutating func number(survey: SurveyName, _ connection: PostgresConnection) throws -> Int16 {
        if let known = surveys[survey] { return known }
        let rows = try Self.find(
            Self.selectSurvey,
            insert: "INSERT INTO surveys (name) VALUES ($1) ON CONFLICT DO NOTHING",
            [.text(survey.name)],
            connection
        )
        let number = try rows[0, 0].int16
        surveys[survey] = number
        surveyNames[number] = survey
        return number
    }

    /// The number of a band; a new one is stored.
    ///
    /// - Throws: `UnusableBand` for a new one that must not be stored.
    mutating func number(band: Band, _ connection: PostgresConnection) throws -> Int16 {
        if let known = bands[band] { return known }
        let name = band.name
        guard name.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw UnusableBand(description: "the band '\(name.plain(limit: 64))' must have a name of printable ASCII")
        }
        let rows = try Self.find(
            "SELECT band_id FROM bands WHERE name = $1 AND wavelength = $2",
            insert: "INSERT INTO bands (name, wavelength) SELECT $1, $2 "
                + "WHERE (SELECT count(*) FROM bands) < \(Self.mostBands) ON CONFLICT DO NOTHING",
            [.text(name), .float(band.wavelength.isNaN ? .nan : band.wavelength)],
            connection
        )
        guard rows.count > 0 else {
            throw UnusableBand(
                description: "the band '\(name)' is new, and the archive holds \(Self.mostBands) bands already: "
                    + "delete from the table bands what no survey has"
            )
        }
        let number = try rows[0, 0].int16
        bands[band] = number
        bandsByNumber[number] = band
        return number
    }

    /// The number of a model's checksum; a new one is stored.
    mutating func number(model: String, _ connection: PostgresConnection) throws -> Int32 {
        if let known = models[model] { return known }
        let rows = try Self.find(
            Self.selectModel,
            insert: "INSERT INTO models (checksum) VALUES ($1) ON CONFLICT DO NOTHING",
            [.text(model)],
            connection
        )
        let number = try rows[0, 0].int32
        models[model] = number
        return number
    }

    /// The number of a list of features; a new one is stored.
    mutating func number(features: [String], _ connection: PostgresConnection) throws -> Int32 {
        if let known = featureLists[features] { return known }
        let rows = try Self.find(
            "SELECT feature_list_id FROM feature_lists WHERE digest = sha256(array_send($1::text[]))",
            insert: "INSERT INTO feature_lists (names, digest) SELECT $1, sha256(array_send($1::text[])) "
                + "ON CONFLICT DO NOTHING",
            [.texts(features)],
            connection
        )
        let number = try rows[0, 0].int32
        featureLists[features] = number
        featuresByNumber[number] = features
        return number
    }

    /// The features of a list's number.
    mutating func features(_ number: Int32, _ connection: PostgresConnection) throws -> [String] {
        if let known = featuresByNumber[number] { return known }
        let sql = "SELECT names FROM feature_lists WHERE feature_list_id = $1"
        let features = try Self.name(sql, .int32(number), connection)[0, 0].texts.compactMap { $0 }
        featuresByNumber[number] = features
        featureLists[features] = number
        return features
    }

    /// The topic of a number.
    mutating func topic(_ number: Int32, _ connection: PostgresConnection) throws -> String {
        if let known = topicNames[number] { return known }
        let name = try Self.name("SELECT name FROM topics WHERE topic_id = $1", .int32(number), connection)[0, 0].string
        topicNames[number] = name
        topics[name] = number
        return name
    }

    /// The survey of a number.
    mutating func survey(_ number: Int16, _ connection: PostgresConnection) throws -> SurveyName {
        if let known = surveyNames[number] { return known }
        let sql = "SELECT name FROM surveys WHERE survey_id = $1"
        let survey = SurveyName(try Self.name(sql, .int16(number), connection)[0, 0].string)
        surveyNames[number] = survey
        surveys[survey] = number
        return survey
    }

    /// The band of a number.
    mutating func band(_ number: Int16, _ connection: PostgresConnection) throws -> Band {
        if let known = bandsByNumber[number] { return known }
        let row = try Self.name("SELECT name, wavelength FROM bands WHERE band_id = $1", .int16(number), connection)
        let band = Band(try row[0, 0].string, wavelength: try row[0, 1].float)
        bandsByNumber[number] = band
        bands[band] = number
        return band
    }

    private static let selectTopic = "SELECT topic_id FROM topics WHERE name = $1"
    private static let selectSurvey = "SELECT survey_id FROM surveys WHERE name = $1"
    private static let selectModel = "SELECT model_id FROM models WHERE checksum = $1"

    /// Looks a name up, and stores it where it is new. To be called outside of transactions that may be rolled back.
    private static func find(
        _ select: String,
        insert: String,
        _ parameters: [PostgresParameter],
        _ connection: PostgresConnection
    ) throws -> PostgresResult {
        let rows = try connection.query(select, parameters)
        if rows.count > 0 { return rows }
        try connection.query(insert, parameters)
        return try connection.query(select, parameters)
    }

    private static func name(
        _ select: String,
        _ number: PostgresParameter,
        _ connection: PostgresConnection
    ) throws -> PostgresResult {
        let rows = try connection.query(select, [number])
        guard rows.count == 1 else {
            throw PostgresError(kind: .unexpectedAnswer, message: "a number without a name", context: select)
        }
        return rows
    }
}
