internal import Sky

/// All that is stored of one object's photometry, and how late the packets are that say it. A value without I/O: rows
/// are applied in their order, alerts add rows. What of it stands at an alert, `Exposures` decides.
struct ObjectHistory {
    private(set) var points: [PhotometricPoint] = []
    /// For each point the version of the same measurement that was stored before it, -1 for none.
    private var earlierVersions: [Int32] = []
    /// For each point the latest packet that holds this version of it.
    private var ranks: [Exposures.PacketRank] = []
    /// For each point whether the latest packet that holds its measurement holds this version of it.
    private var holds: [Bool] = []
    /// For each measurement the point that was stored last, and the latest packet that holds one of its versions.
    private var newest: [Measurement: (stored: Int32, latest: Exposures.PacketRank)] = [:]
    private(set) var rowCount: Int32 = 0
    /// The latest packet of all.
    private(set) var latest: Exposures.PacketRank?
    /// What the first packet says of the choice of a flux.
    private(set) var firstChoice: FluxChoice?

    init(expectedPoints: Int = 0) {
        points.reserveCapacity(expectedPoints)
        earlierVersions.reserveCapacity(expectedPoints)
        ranks.reserveCapacity(expectedPoints)
        holds.reserveCapacity(expectedPoints)
        newest.reserveCapacity(expectedPoints)
    }

    /// Takes in a stored row. Rows come in order of their numbers.
    mutating func apply(_ row: Contribution) {
        for point in row.points { store(point, point.measurement, row.rank) }
        var run = 0
        while run + 1 < row.repeated.count {
            for point in row.repeated[run]..<(row.repeated[run] + row.repeated[run + 1])
            where point >= 0 && Int(point) < points.count {
                confirm(point, points[Int(point)].measurement, row.rank)
            }
            run += 2
        }
        end(row)
    }

    private mutating func end(_ row: Contribution) {
        if row.rowNumber == 0 {
            firstChoice = FluxChoice(detections: row.points.filter { $0.kind == .detection }, upTo: row.alertMJD)
        }
        rowCount = row.rowNumber + 1
        latest = latest.map { max($0, row.rank) } ?? row.rank
    }

    private mutating func store(_ point: PhotometricPoint, _ measurement: Measurement, _ rank: Exposures.PacketRank) {
        let number = Int32(points.count)
        points.append(point)
        ranks.append(rank)
        if let known = newest[measurement] {
            earlierVersions.append(known.stored)
            holds.append(false)
            newest[measurement] = (number, known.latest)
            confirm(number, measurement, rank)
        } else {
            earlierVersions.append(-1)
            holds.append(true)
            newest[measurement] = (number, rank)
        }
    }

    private mutating func confirm(_ point: Int32, _ measurement: Measurement, _ rank: Exposures.PacketRank) {
        if rank > ranks[Int(point)] { ranks[Int(point)] = rank }
        guard let known = newest[measurement], rank >= known.latest else { return }
        if rank > known.latest {
            var number = known.stored
            while number >= 0 {
                holds[Int(number)] = false
                number = earlierVersions[Int(number)]
            }
            newest[measurement] = (known.stored, rank)
        }
        holds[Int(point)] = true
    }

    /// Takes in a packet and returns the row that it adds.
    mutating func add(
        _ packet: [PhotometricPoint],
        objectId: Int64,
        alertId: Int64,
        alertMJD: Double
    ) -> Contribution {
        var row = Contribution(
            objectId: objectId,
            rowNumber: rowCount,
            firstPoint: Int32(points.count),
            alertId: alertId,
            alertMJD: alertMJD,
            points: [],
            repeated: []
        )
        var repeated: [Int32] = []
        for point in packet {
            let measurement = point.measurement
            if let number = numberOfVersion(point, measurement) {
                // What the packet itself says twice is said.
                guard number < row.firstPoint else { continue }
                repeated.append(number)
                confirm(number, measurement, row.rank)
            } else {
                row.points.append(point)
                store(point, measurement, row.rank)
            }
        }
        row.repeated = Self.runs(repeated.sorted())
        end(row)
        return row
    }

    /// The number of a stored point that is the same to the bit.
    private func numberOfVersion(_ point: PhotometricPoint, _ measurement: Measurement) -> Int32? {
        var number = newest[measurement]?.stored ?? -1
        while number >= 0 {
            if points[Int(number)].isSame(as: point) { return number }
            number = earlierVersions[Int(number)]
        }
        return nil
    }

    private static func runs(_ sorted: [Int32]) -> [Int32] {
        var runs: [Int32] = []
        for number in sorted {
            if let count = runs.last, runs[runs.count - 2] + count == number {
                runs[runs.count - 1] = count + 1
            } else if let count = runs.last, number < runs[runs.count - 2] + count {
                continue
            } else {
                runs += [number, 1]
            }
        }
        return runs
    }

    /// The versions that `Exposures.standing` has to know at an alert: of each measurement up to its time those of the
    /// latest packet, of the alert's own detection all.
    /// - Parameters:
    ///   - alertId: id of the alert, 0 for none.
    ///   - survey: the survey of which public points alone are wanted; nil for all points.
    func versions(upTo mjd: Double, alertId: Int64, publicOf survey: SurveyName?) -> [Exposures.Version] {
        var versions: [Exposures.Version] = []
        versions.reserveCapacity(newest.count)
        func take(_ number: Int) {
            let point = points[number]
            guard point.mjd <= mjd else { return }
            if let survey, !SurveyProgram.isPublic(point.programId, of: survey) { return }
            versions.append(Exposures.Version(point, ranks[number]))
        }
        for (number, point) in points.enumerated() where holds[number] {
            let isOwn = alertId != 0 && point.id == alertId && point.kind == .detection
            guard point.mjd > mjd || isOwn else {
                take(number)
                continue
            }
            // A later packet that puts a measurement behind that time does not take away what an earlier one says.
            var version = newest[point.measurement]?.stored ?? -1
            while version >= 0 {
                take(Int(version))
                version = earlierVersions[Int(version)]
            }
        }
        return versions
    }

    /// Whether everybody may see an alert of the object, by each alert's own detection: of its versions all must be
    /// public. Where none is stored, and the survey has programs, nobody knows whose the alert is.
    func isPublic(of survey: SurveyName) -> (_ alertId: Int64) -> Bool {
        var own: [Int64: Bool] = [:]
        for point in points where point.kind == .detection {
            own[point.id, default: true] =
                own[point.id, default: true]
                && SurveyProgram.isPublic(point.programId, of: survey)
        }
        return { own[$0] ?? SurveyProgram.isPublic(SurveyProgram.unnoted, of: survey) }
    }

    /// What stands at an alert: one point an exposure, by time.
    func standing(upTo mjd: Double, alertId: Int64, publicOf survey: SurveyName?, cut: QualityCut) -> [PhotometricPoint]
    {
        Exposures.standing(
            versions(upTo: mjd, alertId: alertId, publicOf: survey),
            alertId: alertId,
            upTo: mjd,
            cut: cut
        )
    }
}
