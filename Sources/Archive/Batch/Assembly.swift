internal import Postgres
internal import Sky

extension Archive {
    /// Puts together what was known at each alert to be annotated, and writes what its packet adds.
    func assemble(
        _ batch: OpenBatch,
        _ decisions: Decisions,
        _ order: [Int],
        histories: PostgresResult,
        modalities: PostgresResult
    ) throws {
        guard modalities.count > 0 else { return }
        batch.snapshot = try modalities[0, 1].string
        var rowOf: [Int: Int] = [:]
        for row in 0..<modalities.count { rowOf[order[Int(try modalities[row, 0].int32)]] = row }
        var objects = try Self.histories(histories)
        var contributions: [Contribution] = []
        contributions.reserveCapacity(modalities.count)
        var seen: [AlertName: [Double]] = [:]
        for index in order {
            guard let row = rowOf[index], case .alert(let alert) = batch.incoming[index].content,
                let objectId = decisions[index]?.objectId
            else { continue }
            var history = objects.removeValue(forKey: objectId) ?? ObjectHistory()
            let contribution = history.add(
                try packet(alert),
                objectId: objectId,
                alertId: alert.alertId,
                alertMJD: alert.mjd
            )
            let points = history.points(upTo: alert.mjd)
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
                    lightCurve: try lightCurve(points),
                    spectrum: try Self.spectrum(modalities, row),
                    metadata: try Self.metadata(modalities, row),
                    isConflicting: isConflicting
                )
            )
        }
        try write(contributions)
    }

    private struct AlertName: Hashable {
        var survey: SurveyName
        var id: Int64
    }

    private func write(_ contributions: [Contribution]) throws {
        rows.removeAll()
        for row in contributions.sorted(by: { ($0.objectId, $0.rowNumber) < ($1.objectId, $1.rowNumber) }) {
            HistoryRows.append(row, to: rows)
        }
        try connection.copyIn("detections", columns: HistoryRows.copyColumns, rows: rows)
    }

    static func histories(_ rows: PostgresResult) throws -> [Int64: ObjectHistory] {
        var contributions: [Int64: [Contribution]] = [:]
        for row in 0..<rows.count {
            let contribution = try HistoryRows.contribution(rows, row)
            contributions[contribution.objectId, default: []].append(contribution)
        }
        return contributions.mapValues { rows in
            var history = ObjectHistory(expectedPoints: rows.reduce(0) { $0 + $1.points.count })
            for row in rows.sorted(by: { $0.rowNumber < $1.rowNumber }) { history.apply(row) }
            return history
        }
    }

    /// The points of a packet as they are stored.
    private func packet(_ alert: Alert) throws -> [StoredPoint] {
        var points: [StoredPoint] = []
        points.reserveCapacity(alert.detections.count + alert.forced.count + alert.upperLimits.count)
        for point in alert.detections {
            points.append(
                StoredPoint(
                    kind: .detection,
                    band: try names.number(band: point.band, connection),
                    id: point.id,
                    mjd: point.mjd,
                    flux: point.flux,
                    fluxErr: point.fluxErr,
                    totalFlux: point.totalFlux,
                    totalFluxErr: point.totalFluxErr
                )
            )
        }
        for point in alert.forced {
            points.append(
                StoredPoint(
                    kind: .forced,
                    band: try names.number(band: point.band, connection),
                    id: point.id,
                    mjd: point.mjd,
                    flux: point.flux,
                    fluxErr: point.fluxErr,
                    totalFlux: point.totalFlux,
                    totalFluxErr: point.totalFluxErr
                )
            )
        }
        for point in alert.upperLimits {
            points.append(
                StoredPoint(
                    kind: .upperLimit,
                    band: try names.number(band: point.band, connection),
                    id: 0,
                    mjd: point.mjd,
                    flux: point.limit,
                    fluxErr: .nan,
                    totalFlux: .nan,
                    totalFluxErr: .nan
                )
            )
        }
        return points
    }

    func lightCurve(_ points: [StoredPoint]) throws -> LightCurve {
        LightCurve(
            points: try points.map { point in
                let isLimit = point.kind == .upperLimit
                return LightCurve.Point(
                    mjd: point.mjd,
                    flux: isLimit ? .nan : Float(point.flux),
                    fluxErr: Float(isLimit ? point.flux / 5 : point.fluxErr),
                    totalFlux: Float(point.totalFlux),
                    totalFluxErr: Float(point.totalFluxErr),
                    wavelength: try names.band(point.band, connection).wavelength,
                    kind: point.kind
                )
            }
        )
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

    static func metadata(_ rows: PostgresResult, _ row: Int) throws -> Metadata? {
        guard let id = try rows[row, 9].present?.int64 else { return nil }
        return Metadata(
            id: id,
            names: MetadataColumns.names,
            values: try rows[row, 10].floats,
            embedding: try rows[row, 11].present?.floats
        )
    }
}
