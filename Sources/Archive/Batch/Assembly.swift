internal import Postgres
internal import Sky

extension Archive {
    /// Puts together what was known at each alert to be annotated, and writes what its packet adds.
    func assemble(
        _ batch: OpenBatch,
        _ decisions: Decisions,
        _ order: [Int],
        objects locked: PostgresResult,
        histories: PostgresResult,
        modalities: PostgresResult
    ) throws {
        guard modalities.count > 0 else { return }
        batch.snapshot = try modalities[0, 1].string
        var rowOf: [Int: Int] = [:]
        for row in 0..<modalities.count { rowOf[order[Int(try modalities[row, 0].int32)]] = row }
        var objects = try readHistories(histories)
        var choices = try Self.choices(locked)
        var contributions: [Contribution] = []
        contributions.reserveCapacity(modalities.count)
        var seen: [AlertName: [Double]] = [:]
        for index in order {
            guard let row = rowOf[index], case .alert(let alert) = batch.incoming[index].content,
                let objectId = decisions[index]?.objectId
            else { continue }
            var history = objects.removeValue(forKey: objectId) ?? ObjectHistory()
            let contribution = history.add(
                alert.points,
                objectId: objectId,
                alertId: alert.alertId,
                alertMJD: alert.mjd
            )
            let choice = choices[objectId] ?? history.firstChoice ?? FluxChoice(packetOf: alert)
            choices[objectId] = choice
            let points = history.standing(
                upTo: alert.mjd,
                alertId: alert.alertId,
                publicOf: alert.isPublic ? alert.survey : nil,
                cut: batch.quality.cut(of: alert.survey)
            )
            objects[objectId] = history
            contributions.append(contribution)
            batch.places[index] = (objectId, contribution.rowNumber)
            let name = AlertName(survey: alert.survey, id: alert.alertId)
            let isConflicting =
                decisions[index]?.isConflicting == true
                || seen[name, default: []].contains { abs($0 - alert.mjd) <= Self.conflictingDays }
            seen[name, default: []].append(alert.mjd)
            batch.outcomes[index] = .annotate(
                Joined(
                    lightCurve: LightCurve(points: points.map { LightCurve.Point($0) }),
                    spectrum: try Self.spectrum(modalities, row),
                    metadata: try metadata(modalities, row),
                    fluxChoice: choice,
                    isConflicting: isConflicting
                )
            )
        }
        try write(contributions)
        try update(objects, choices, of: Set(contributions.map(\.objectId)).sorted())
    }

    /// What was chosen for objects that were known before.
    private static func choices(_ rows: PostgresResult) throws -> [Int64: FluxChoice] {
        var choices: [Int64: FluxChoice] = [:]
        for row in 0..<rows.count {
            choices[try rows[row, 0].int64] = try rows[row, 1].present.flatMap { FluxChoice(rawValue: try $0.int16) }
        }
        return choices
    }

    private func update(
        _ objects: [Int64: ObjectHistory],
        _ choices: [Int64: FluxChoice],
        of numbers: [Int64]
    ) throws {
        let histories = numbers.map { objects[$0] ?? ObjectHistory() }
        try connection.query(
            BatchStatements.updateObjects,
            [
                .int64s(numbers), .int32s(histories.map(\.rowCount)),
                .doubles(histories.map { $0.latest?.mjd ?? .nan }), .int64s(histories.map { $0.latest?.alertId ?? 0 }),
                .int16s(numbers.map { (choices[$0] ?? .difference).rawValue }),
            ]
        )
    }

    private struct AlertName: Hashable {
        var survey: SurveyName
        var id: Int64
    }

    private func write(_ contributions: [Contribution]) throws {
        rows.removeAll()
        for row in contributions.sorted(by: { ($0.objectId, $0.rowNumber) < ($1.objectId, $1.rowNumber) }) {
            try HistoryRows.append(row, to: rows) { try names.number(band: $0, connection) }
        }
        try connection.copyIn("detections", columns: HistoryRows.copyColumns, rows: rows)
    }

    func readHistories(_ rows: PostgresResult) throws -> [Int64: ObjectHistory] {
        var contributions: [Int64: [Contribution]] = [:]
        for row in 0..<rows.count {
            let contribution = try HistoryRows.contribution(rows, row) { try names.band($0, connection) }
            contributions[contribution.objectId, default: []].append(contribution)
        }
        return contributions.mapValues { rows in
            var history = ObjectHistory(expectedPoints: rows.reduce(0) { $0 + $1.points.count })
            for row in rows.sorted(by: { $0.rowNumber < $1.rowNumber }) { history.apply(row) }
            return history
        }
    }

    static func spectrum(_ rows: PostgresResult, _ row: Int) throws -> Spectrum? {
        guard let id = try rows[row, 2].present?.int64 else { return nil }
        return Spectrum(
            id: id,
            wavelength: try rows[row, 6].present?.floats ?? [],
            flux: try rows[row, 7].present?.floats ?? [],
            uncertainty: try rows[row, 8].present?.floats ?? [],
            mjd: try rows[row, 3].double,
            source: try rows[row, 4].string,
            embedding: try rows[row, 5].present?.floats
        )
    }

    func metadata(_ rows: PostgresResult, _ row: Int) throws -> Metadata? {
        guard let id = try rows[row, 9].present?.int64 else { return nil }
        return Metadata(
            id: id,
            names: try names.features(try rows[row, 10].int32, connection),
            values: try rows[row, 11].floats,
            embedding: try rows[row, 12].present?.floats
        )
    }
}
