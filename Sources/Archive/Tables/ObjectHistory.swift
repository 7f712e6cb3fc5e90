internal import Sky

/// One stored version of one point of an object's light curve.
struct StoredPoint: Hashable {
    var kind: LightCurve.Kind
    var band: Int16
    var id: Int64
    var mjd: Double
    /// Difference flux; the limit itself (5 sigma) of an upper limit.
    var flux: Double
    var fluxErr: Double
    var totalFlux: Double
    var totalFluxErr: Double

    /// Equal to the bit, NaN as NaN.
    func isSame(as other: StoredPoint) -> Bool {
        func same(_ left: Double, _ right: Double) -> Bool {
            left.bitPattern == right.bitPattern || (left.isNaN && right.isNaN)
        }
        return kind == other.kind && band == other.band && id == other.id && same(mjd, other.mjd)
            && same(flux, other.flux) && same(fluxErr, other.fluxErr) && same(totalFlux, other.totalFlux)
            && same(totalFluxErr, other.totalFluxErr)
    }

    /// Which measurement it is a version of.
    var measurement: Measurement {
        kind == .detection && id != 0
            ? Measurement(kind: kind.rawValue, band: -1, value: UInt64(bitPattern: id))
            : Measurement(kind: kind.rawValue, band: band, value: mjd.bitPattern)
    }
}

/// What makes two points one and the same measurement: a detection's id where it has one, else kind, band and time.
struct Measurement: Hashable {
    let kind: UInt8
    let band: Int16
    let value: UInt64

    func hash(into hasher: inout Hasher) {
        hasher.combine(value ^ (UInt64(kind) << 56) ^ (UInt64(UInt16(bitPattern: band)) << 40))
    }
}

/// What one alert's packet adds to its object: a row of the table `detections`.
struct Contribution {
    var objectId: Int64
    var rowNumber: Int32
    var firstPoint: Int32
    var alertId: Int64
    var alertMJD: Double
    /// Points and versions of points that were not stored before.
    var points: [StoredPoint]
    /// Runs of stored points that the packet repeated: number of the first, how many.
    var repeated: [Int32]
}

/// All that is stored of one object's photometry, and which version of each measurement holds: that of the packet of
/// the latest alert. A value without I/O: rows are applied in their order, alerts add rows.
struct ObjectHistory {
    /// How late a packet is: by its alert's time, then id, then arrival.
    private struct Rank {
        var mjd: Double
        var alertId: Int64
        var row: Int32

        func isAtLeast(_ other: Rank) -> Bool {
            (mjd, alertId, row) >= (other.mjd, other.alertId, other.row)
        }
    }

    private struct Version {
        var point: Int32
        var rank: Rank
    }

    private(set) var points: [StoredPoint] = []
    /// For each point the version of the same measurement that was stored before it, -1 for none.
    private var earlierVersions: [Int32] = []
    /// For each point the latest packet that holds this version of it.
    private var ranks: [Rank] = []
    /// For each point whether it is the version that holds.
    private var holds: [Bool] = []
    /// For each measurement the point that was stored last and the version that holds.
    private var newest: [Measurement: (stored: Int32, holding: Version)] = [:]
    private(set) var rowCount: Int32 = 0

    init(expectedPoints: Int = 0) {
        points.reserveCapacity(expectedPoints)
        earlierVersions.reserveCapacity(expectedPoints)
        ranks.reserveCapacity(expectedPoints)
        holds.reserveCapacity(expectedPoints)
        newest.reserveCapacity(expectedPoints)
    }

    /// Takes in a stored row. Rows come in order of their numbers.
    mutating func apply(_ row: Contribution) {
        let rank = Rank(mjd: row.alertMJD, alertId: row.alertId, row: row.rowNumber)
        for point in row.points { store(point, rank) }
        var run = 0
        while run + 1 < row.repeated.count {
            for point in row.repeated[run]..<(row.repeated[run] + row.repeated[run + 1])
            where point >= 0 && Int(point) < points.count {
                confirm(point, points[Int(point)].measurement, rank)
            }
            run += 2
        }
        rowCount = row.rowNumber + 1
    }

    private mutating func store(_ point: StoredPoint, _ rank: Rank) {
        let number = Int32(points.count)
        points.append(point)
        ranks.append(rank)
        let measurement = point.measurement
        if let known = newest[measurement] {
            earlierVersions.append(known.stored)
            let wins = rank.isAtLeast(known.holding.rank)
            holds.append(wins)
            if wins { holds[Int(known.holding.point)] = false }
            newest[measurement] = (number, wins ? Version(point: number, rank: rank) : known.holding)
        } else {
            earlierVersions.append(-1)
            holds.append(true)
            newest[measurement] = (number, Version(point: number, rank: rank))
        }
    }

    private mutating func confirm(_ point: Int32, _ measurement: Measurement, _ rank: Rank) {
        if rank.isAtLeast(ranks[Int(point)]) { ranks[Int(point)] = rank }
        guard let known = newest[measurement], rank.isAtLeast(known.holding.rank) else { return }
        holds[Int(known.holding.point)] = false
        holds[Int(point)] = true
        newest[measurement] = (known.stored, Version(point: point, rank: rank))
    }

    /// Takes in a packet and returns the row that it adds. Where a packet holds one measurement twice, the first
    /// counts.
    mutating func add(
        _ packet: [StoredPoint],
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
        let rank = Rank(mjd: alertMJD, alertId: alertId, row: rowCount)
        var repeated: [Int32] = []
        for point in packet {
            let measurement = point.measurement
            if let known = newest[measurement], known.holding.rank.row == rowCount { continue }
            if let number = numberOfVersion(point, measurement) {
                repeated.append(number)
                confirm(number, measurement, rank)
            } else {
                row.points.append(point)
                store(point, rank)
            }
        }
        row.repeated = Self.runs(repeated.sorted())
        rowCount += 1
        return row
    }

    /// The number of a stored point that is the same to the bit.
    private func numberOfVersion(_ point: StoredPoint, _ measurement: Measurement) -> Int32? {
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

    /// Of each measurement up to a time the version of the latest alert, by time. A later packet that puts a
    /// measurement behind that time does not take away what an earlier one says of it.
    func points(upTo mjd: Double) -> [StoredPoint] {
        var holding: [StoredPoint] = []
        holding.reserveCapacity(newest.count)
        // In the order of arrival, which is nearly that of time.
        for (number, point) in points.enumerated() where holds[number] {
            if point.mjd <= mjd {
                holding.append(point)
            } else if let version = latestVersion(of: point.measurement, upTo: mjd) {
                holding.append(points[version])
            }
        }
        holding.sort { left, right in
            (left.mjd, left.kind.rawValue, left.band, left.id) < (right.mjd, right.kind.rawValue, right.band, right.id)
        }
        return holding
    }

    private func latestVersion(of measurement: Measurement, upTo mjd: Double) -> Int? {
        var latest: Int?
        var number = Int(newest[measurement]?.stored ?? -1)
        while number >= 0 {
            if points[number].mjd <= mjd, latest.map({ ranks[number].isAtLeast(ranks[$0]) }) ?? true { latest = number }
            number = Int(earlierVersions[number])
        }
        return latest
    }
}
