internal import Postgres
internal import Sky

/// What is read of the objects of a batch, and what becomes of them.
private struct ObjectRows {
    var rows: [Contribution] = []
    var fluxChoice: FluxChoice?
    /// Ranks of alerts whose answer is owed.
    var owed: [Int] = []
    /// Ranks of new alerts, in the order of their positions.
    var won: [Int] = []
}

extension Deciding {
    /// Locks the objects of what is new, reads what is known of these and of what is owed, puts together what was known at each
    /// alert, and writes what the new ones' packets add.
    mutating func join(_ model: Int32, coneRadius: Double, _ quality: QualityRule) throws {
        guard !won.isEmpty || !owed.isEmpty else { return }
        let alerts = won.compactMap { staged.alert($0) }
        let known = owed.compactMap { rank in decisions[rank]?.ground.map { (rank: rank, ground: $0) } }
        let locked = Set(won.compactMap { decisions[$0]?.ground?.objectId })
        let read = locked.union(known.map(\.ground.objectId))
        let results = try connection.pipelined { pipeline in
            pipeline.add(DecidingStatements.lockObjects, [.int64s(locked.sorted())])
            pipeline.add(DecidingStatements.readHistories, [.int64s(read.sorted())])
            pipeline.add(
                ModalityStatements.choose,
                ModalityStatements.parameters(alerts, model: model, radius: coneRadius)
            )
            pipeline.add(ModalityStatements.readChosen, ModalityStatements.parameters(known, model: model))
        }
        var objects = try self.objects(locked: results[0], histories: results[1])
        let modalities = try self.modalities([results[2], results[3]])
        for rank in won {
            if let object = note(modalities[rank], of: rank) { objects[object, default: ObjectRows()].won.append(rank) }
        }
        for (rank, ground) in known { objects[ground.objectId, default: ObjectRows()].owed.append(rank) }
        noteConflicts()
        try assemble(&objects, modalities, quality)
    }

    private func objects(locked: PostgresResult, histories: PostgresResult) throws -> [Int64: ObjectRows] {
        var objects: [Int64: ObjectRows] = [:]
        for row in 0..<locked.count {
            objects[try locked[row, 0].int64] = ObjectRows(
                fluxChoice: try locked[row, 1].present.flatMap { FluxChoice(rawValue: try $0.int16) }
            )
        }
        for row in 0..<histories.count {
            let contribution = try archive.contribution(histories, row)
            objects[contribution.objectId, default: ObjectRows()].rows.append(contribution)
        }
        return objects
    }

    private func modalities(_ results: [PostgresResult]) throws -> [Int: Modalities] {
        var modalities: [Int: Modalities] = [:]
        for rows in results {
            for row in 0..<rows.count { modalities[Int(try rows[row, 0].int32)] = try archive.modalities(rows, row) }
        }
        return modalities
    }

    /// Notes which spectrum and catalogue row an alert is joined with.
    /// - Returns: the alert's object.
    private mutating func note(_ modalities: Modalities?, of rank: Int) -> Int64? {
        decisions[rank]?.ground?.spectrumId = modalities?.spectrum?.id
        decisions[rank]?.ground?.metadataId = modalities?.metadata?.id
        return decisions[rank]?.ground?.objectId
    }

    /// Of the batch's own alerts the second time of an id conflicts with the first.
    private mutating func noteConflicts() {
        struct Name: Hashable {
            var survey: Int16
            var id: Int64
        }
        var seen: [Name: [Double]] = [:]
        for rank in won {
            guard let alert = staged.alert(rank) else { continue }
            let name = Name(survey: alert.survey, id: alert.alert.alertId)
            if seen[name, default: []].contains(where: { abs($0 - alert.alert.mjd) <= Archive.conflictingDays }) {
                decisions[rank]?.ground?.isConflicting = true
            }
            seen[name, default: []].append(alert.alert.mjd)
        }
    }

    /// Object by object: the stored rows one after another, at the row of an alert that is owed what was known there, after the
    /// last of them the new alerts.
    private mutating func assemble(
        _ objects: inout [Int64: ObjectRows],
        _ modalities: [Int: Modalities],
        _ quality: QualityRule
    ) throws {
        var contributions: [Contribution] = []
        var (ended, choices): ([Int64: ObjectHistory], [Int64: FluxChoice]) = ([:], [:])
        for (id, object) in objects.sorted(by: { $0.key < $1.key }) {
            var history = ObjectHistory(expectedPoints: object.rows.reduce(0) { $0 + $1.points.count })
            var owed = object.owed.sorted { rowNumber($0) < rowNumber($1) }[...]
            for row in object.rows.sorted(by: { $0.rowNumber < $1.rowNumber }) {
                history.apply(row)
                while let rank = owed.first, rowNumber(rank) == row.rowNumber {
                    owed.removeFirst()
                    answer(rank, history, modalities[rank], decisions[rank]?.fluxChoice ?? object.fluxChoice, quality)
                }
            }
            if let rank = owed.first { throw Self.lostRow(of: batch.rows[order[rank]].position) }
            for rank in object.won {
                guard let alert = staged.alert(rank)?.alert else { continue }
                let row = history.add(alert.points, objectId: id, alertId: alert.alertId, alertMJD: alert.mjd)
                contributions.append(row)
                decisions[rank]?.ground?.rowNumber = row.rowNumber
                choices[id] = choices[id] ?? object.fluxChoice ?? history.firstChoice ?? FluxChoice(packetOf: alert)
                answer(rank, history, modalities[rank], choices[id], quality)
            }
            if !object.won.isEmpty { ended[id] = history }
        }
        try archive.write(contributions)
        try archive.update(ended, choices)
    }

    private func rowNumber(_ rank: Int) -> Int32 { decisions[rank]?.ground?.rowNumber ?? -1 }

    private static func lostRow(of position: InputPosition) -> PostgresError {
        PostgresError(
            kind: .unexpectedAnswer,
            message: "the row that the alert of \(position) added to its object is gone",
            context: "detections"
        )
    }

    private mutating func answer(
        _ rank: Int,
        _ history: ObjectHistory,
        _ modalities: Modalities?,
        _ choice: FluxChoice?,
        _ quality: QualityRule
    ) {
        guard let alert = staged.alert(rank)?.alert, let ground = decisions[rank]?.ground else { return }
        batch.grounds[order[rank]] = ground
        batch.outcomes[order[rank]] = .annotate(
            Joined(
                lightCurve: history.lightCurve(at: alert, quality),
                spectrum: modalities?.spectrum,
                metadata: modalities?.metadata,
                fluxChoice: choice ?? history.firstChoice ?? FluxChoice(packetOf: alert),
                isConflicting: ground.isConflicting
            )
        )
    }
}

extension ObjectHistory {
    /// What stands at an alert, whose row is the last that was applied.
    func lightCurve(at alert: Alert, _ quality: QualityRule) -> LightCurve {
        let points = standing(
            upTo: alert.mjd,
            alertId: alert.alertId,
            publicOf: alert.isPublic ? alert.survey : nil,
            cut: quality.cut(of: alert.survey)
        )
        return LightCurve(points: points.map { LightCurve.Point($0) })
    }
}

/// The spectrum and the catalogue row of an alert.
struct Modalities {
    var spectrum: Spectrum?
    var metadata: Metadata?
}

extension Archive {
    func write(_ contributions: [Contribution]) throws {
        guard !contributions.isEmpty else { return }
        rows.removeAll()
        for row in contributions { try HistoryRows.append(row, to: rows) { try names.number(band: $0, connection) } }
        try connection.copyIn("detections", columns: HistoryRows.copyColumns, rows: rows)
    }

    func update(_ objects: [Int64: ObjectHistory], _ choices: [Int64: FluxChoice]) throws {
        guard !objects.isEmpty else { return }
        let sorted = objects.sorted { $0.key < $1.key }
        try connection.query(
            DecidingStatements.updateObjects,
            [
                .int64s(sorted.map(\.key)), .int32s(sorted.map(\.value.rowCount)),
                .doubles(sorted.map { $0.value.latest?.mjd ?? .nan }),
                .int64s(sorted.map { $0.value.latest?.alertId ?? 0 }),
                .int16s(sorted.map { (choices[$0.key] ?? .difference).rawValue }),
            ]
        )
    }

    func contribution(_ rows: PostgresResult, _ row: Int) throws -> Contribution {
        try HistoryRows.contribution(rows, row) { try names.band($0, connection) }
    }

    /// The history of one object, whose rows come in any order.
    func readHistory(_ rows: PostgresResult) throws -> ObjectHistory {
        let contributions = try (0..<rows.count).map { try contribution(rows, $0) }
        var history = ObjectHistory(expectedPoints: contributions.reduce(0) { $0 + $1.points.count })
        for row in contributions.sorted(by: { $0.rowNumber < $1.rowNumber }) { history.apply(row) }
        return history
    }

    /// What a row of `ModalityStatements` holds.
    func modalities(_ rows: PostgresResult, _ row: Int) throws -> Modalities {
        var modalities = Modalities()
        if let id = try rows[row, 1].present?.int64 {
            modalities.spectrum = Spectrum(
                id: id,
                wavelength: try rows[row, 5].present?.floats ?? [],
                flux: try rows[row, 6].present?.floats ?? [],
                uncertainty: try rows[row, 7].present?.floats ?? [],
                mjd: try rows[row, 2].double,
                source: try rows[row, 3].string,
                embedding: try rows[row, 4].present?.floats
            )
        }
        if let id = try rows[row, 8].present?.int64 {
            modalities.metadata = Metadata(
                id: id,
                names: try names.features(try rows[row, 9].int32, connection),
                values: try rows[row, 10].floats,
                embedding: try rows[row, 11].present?.floats
            )
        }
        return modalities
    }
}
