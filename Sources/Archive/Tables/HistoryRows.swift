internal import Postgres
internal import Sky

/// Rows of the table `detections`, from and to the wire.
enum HistoryRows {
    private static let names = [
        "object_id", "row_number", "first_point", "alert_id", "alert_mjd", "kinds", "bands", "ids", "mjds", "fluxes",
        "flux_errs", "total_fluxes", "total_flux_errs", "repeated", "quality_flags", "score_kinds", "scores",
        "program_ids", "states",
    ]

    /// The columns of `detections d`, for `contribution`.
    static let columns = names.map { "d.\($0)" }.joined(separator: ", ")

    static let copyColumns = names

    /// Bits of `states`.
    private enum State {
        static let rivalChosen: Int16 = 1
        static let withdrawn: Int16 = 2
    }

    /// - Parameter band: the band of a number.
    static func contribution(
        _ rows: PostgresResult,
        _ row: Int,
        band: (Int16) throws -> Band
    ) throws -> Contribution {
        var contribution = Contribution(
            objectId: try rows[row, 0].int64,
            rowNumber: try rows[row, 1].int32,
            firstPoint: try rows[row, 2].int32,
            alertId: try rows[row, 3].int64,
            alertMJD: try rows[row, 4].double,
            points: [],
            repeated: try rows[row, 13].int32s
        )
        // A batch reads many rows of few points: no arrays on the way.
        let kinds = try rows[row, 5].elements(.int16, Int16.self)
        let count = kinds.count
        func column<Value: FixedWidthInteger>(_ place: Int, _ type: PostgresType, _: Value.Type) throws
            -> PostgresField.Elements<Value>
        {
            let elements = try rows[row, place].elements(type, Value.self)
            guard elements.count == count || (place > 13 && elements.count == 0) else {
                throw PostgresError(
                    kind: .unexpectedAnswer,
                    message: "arrays of different lengths in detections, object \(contribution.objectId)"
                )
            }
            return elements
        }
        let bands = try column(6, .int16, Int16.self)
        let ids = try column(7, .int64, Int64.self)
        let mjds = try column(8, .double, UInt64.self)
        let fluxes = try column(9, .double, UInt64.self)
        let fluxErrs = try column(10, .double, UInt64.self)
        let totalFluxes = try column(11, .double, UInt64.self)
        let totalFluxErrs = try column(12, .double, UInt64.self)
        let flags = try column(14, .int64, Int64.self)
        let scoreKinds = try column(15, .int16, Int16.self)
        let scores = try column(16, .float, UInt32.self)
        let programs = try rows[row, 17].present.map { _ in try column(17, .int16, Int16.self) }
        let states = try column(18, .int16, Int16.self)
        var (lastNumber, lastBand) = (Int16.min, Band("", wavelength: .nan))
        contribution.points = try (0..<count).map { index in
            if bands[index] != lastNumber { (lastNumber, lastBand) = (bands[index], try band(bands[index])) }
            let state = states.count == 0 ? 0 : states[index]
            return PhotometricPoint(
                kind: LightCurve.Kind(rawValue: UInt8(truncatingIfNeeded: kinds[index])) ?? .detection,
                id: ids[index],
                mjd: Double(bitPattern: mjds[index]),
                band: lastBand,
                flux: Double(bitPattern: fluxes[index]),
                fluxErr: Double(bitPattern: fluxErrs[index]),
                totalFlux: Double(bitPattern: totalFluxes[index]),
                totalFluxErr: Double(bitPattern: totalFluxErrs[index]),
                quality: PointQuality(
                    score: scores.count == 0 ? .nan : Float(bitPattern: scores[index]),
                    kind: scoreKinds.count == 0
                        ? .none : PointQuality.Score(rawValue: UInt8(truncatingIfNeeded: scoreKinds[index])) ?? .none,
                    flags: QualityFlags(rawValue: flags.count == 0 ? 0 : UInt64(bitPattern: flags[index]))
                ),
                programId: program(programs, index),
                isChosen: state & State.rivalChosen == 0,
                isWithdrawn: state & State.withdrawn != 0
            )
        }
        return contribution
    }

    private static func program(_ programs: PostgresField.Elements<Int16>?, _ index: Int) -> Int8 {
        guard let programs else { return SurveyProgram.unnoted }
        return programs.count == 0 ? SurveyProgram.none : Int8(truncatingIfNeeded: programs[index])
    }

    /// - Parameter number: the number of a band.
    static func append(_ row: Contribution, to rows: CopyBuffer, number: (Band) throws -> Int16) throws {
        let points = row.points
        rows.beginRow(columns: copyColumns.count)
        rows.append(row.objectId)
        rows.append(row.rowNumber)
        rows.append(row.firstPoint)
        rows.append(row.alertId)
        rows.append(row.alertMJD)
        rows.append(array: points.lazy.map { Int16($0.kind.rawValue) })
        rows.append(array: try points.map { try number($0.band) })
        rows.append(array: points.lazy.map(\.id))
        rows.append(array: points.lazy.map(\.mjd))
        rows.append(array: points.lazy.map(\.flux))
        rows.append(array: points.lazy.map(\.fluxErr))
        rows.append(array: points.lazy.map(\.totalFlux))
        rows.append(array: points.lazy.map(\.totalFluxErr))
        rows.append(array: row.repeated)
        let hasFlags = points.contains { !$0.quality.flags.isEmpty }
        rows.append(array: hasFlags ? points.map { Int64(bitPattern: $0.quality.flags.rawValue) } : [])
        let hasScores = points.contains { $0.quality.kind != .none }
        rows.append(array: hasScores ? points.map { Int16($0.quality.kind.rawValue) } : [])
        rows.append(array: hasScores ? points.map(\.quality.score) : [])
        let hasPrograms = points.contains { $0.programId != SurveyProgram.none }
        rows.append(array: hasPrograms ? points.map { Int16($0.programId) } : [])
        let hasStates = points.contains { !$0.isChosen || $0.isWithdrawn }
        rows.append(array: hasStates ? points.map(state) : [])
    }

    private static func state(of point: PhotometricPoint) -> Int16 {
        (point.isChosen ? 0 : State.rivalChosen) | (point.isWithdrawn ? State.withdrawn : 0)
    }
}
