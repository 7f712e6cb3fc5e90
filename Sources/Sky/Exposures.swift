/// One exposure, one point.
///
/// An exposure of an object is (band, time to the bit): the surveys' own numbers of exposures repeat and differ. A
/// packet, and even more so an archive, tells of one exposure several times: a detection has forced photometry as a
/// twin, a limit too; one source may stand under several ids; packets disagree. A light curve that is read holds one
/// point an exposure. What stands:
///
/// 1. Of the versions of one measurement (a detection's id, else kind and exposure) that of the latest packet, among
///    those up to the alert's time. A withdrawn version takes the measurement away.
/// 2. In an exposure the alert's own detection; else a detection, else forced photometry, else an upper limit.
/// 3. Of several detections in an exposure that which the latest packet with a detection there has chosen
///    (`isChosen`, see `choose`). If it fails the quality rule, it is no detection, and none of its rivals is one.
///
/// The alert's own detection stands whatever its quality is: the alert's flag `bogus` says it.
public enum Exposures {
    /// How late a packet is: by its alert's time, then id, then arrival.
    public struct PacketRank: Hashable, Sendable, Comparable {
        /// Time of the packet's alert (MJD).
        public var mjd: Double
        /// Id of the packet's alert.
        public var alertId: Int64
        /// Number of the packet in the order of arrival.
        public var row: Int32

        /// A rank.
        public init(mjd: Double, alertId: Int64, row: Int32 = 0) {
            self.mjd = mjd
            self.alertId = alertId
            self.row = row
        }

        /// Orders packets, the latest last.
        public static func < (left: PacketRank, right: PacketRank) -> Bool {
            (left.mjd, left.alertId, left.row) < (right.mjd, right.alertId, right.row)
        }
    }

    /// A point as a packet has it, with the rank of the latest packet that has it so.
    public struct Version: Hashable, Sendable {
        /// The point.
        public var point: PhotometricPoint
        /// The latest packet that has it so.
        public var rank: PacketRank

        /// A version.
        public init(_ point: PhotometricPoint, _ rank: PacketRank) {
            self.point = point
            self.rank = rank
        }
    }

    /// The points that stand at an alert, one an exposure, by time and band.
    ///
    /// The order of `versions` does not matter, and neither do versions that a later one of the same measurement
    /// hides.
    /// - Parameters:
    ///   - versions: of the packets that are known at the alert, its own among them.
    ///   - alertId: id of the alert, whose own detection stands; 0 for none.
    ///   - mjd: the alert's time; what is later does not stand.
    ///   - cut: what is no detection.
    public static func standing(
        _ versions: [Version],
        alertId: Int64,
        upTo mjd: Double,
        cut: QualityCut
    ) -> [PhotometricPoint] {
        let order = inOrder(versions, upTo: mjd)
        let overtaken = overtaken(versions, order, alertId: alertId)
        var points: [PhotometricPoint] = []
        points.reserveCapacity(order.count)
        var start = 0
        while start < order.count {
            let first = versions[order[start]].point
            var end = start + 1
            while end < order.count, versions[order[end]].point.isSameExposure(as: first) { end += 1 }
            if let point = standing(versions, order[start..<end], overtaken, alertId, cut) { points.append(point) }
            start = end
        }
        return points
    }

    /// What stands of one exposure.
    private static func standing(
        _ versions: [Version],
        _ members: ArraySlice<Int>,
        _ overtaken: Set<Int>,
        _ alertId: Int64,
        _ cut: QualityCut
    ) -> PhotometricPoint? {
        var best: (detection: Int?, forced: Int?, limit: Int?)
        for member in members where overtaken.isEmpty || !overtaken.contains(member) {
            let point = versions[member].point
            switch point.kind {
            case .detection:
                // A withdrawn detection with an id is no rival of others; one without is known by its exposure alone.
                if point.isWithdrawn, point.id != 0 { continue }
                if isPreferred(versions, member, to: best.detection, alertId) { best.detection = member }
            case .forced: if isPreferred(versions, member, to: best.forced, 0) { best.forced = member }
            case .upperLimit: if isPreferred(versions, member, to: best.limit, 0) { best.limit = member }
            }
        }
        if let detection = best.detection.map({ versions[$0].point }), !detection.isWithdrawn,
            (alertId != 0 && detection.id == alertId) || !cut.refuses(detection.quality)
        {
            return detection
        }
        for member in [best.forced, best.limit] {
            if let point = member.map({ versions[$0].point }), !point.isWithdrawn { return point }
        }
        return nil
    }

    private static func isPreferred(_ versions: [Version], _ member: Int, to other: Int?, _ alertId: Int64) -> Bool {
        guard let other else { return true }
        let (left, right) = (versions[member], versions[other])
        if alertId != 0, (left.point.id == alertId) != (right.point.id == alertId) { return left.point.id == alertId }
        if left.rank != right.rank { return left.rank > right.rank }
        if left.point.isChosen != right.point.isChosen { return left.point.isChosen }
        return left.point.isPreferred(to: right.point)
    }

    /// The indices of the versions up to a time, by time and band.
    private static func inOrder(_ versions: [Version], upTo mjd: Double) -> [Int] {
        versions.indices.filter { versions[$0].point.mjd <= mjd }.sorted {
            let (left, right) = (versions[$0].point, versions[$1].point)
            if left.mjd != right.mjd { return left.mjd < right.mjd }
            return (left.mjd.bitPattern, left.band.packedName) < (right.mjd.bitPattern, right.band.packedName)
        }
    }

    /// The detections with an id of which a later packet has another version, perhaps in another exposure. Of the
    /// alert's own the versions that are not withdrawn come first: the alert says itself that it was measured.
    private static func overtaken(_ versions: [Version], _ order: [Int], alertId: Int64) -> Set<Int> {
        guard let first = order.first, order.contains(where: { versions[$0].rank != versions[first].rank }) else {
            return []
        }
        func isLater(_ left: Version, _ right: Version) -> Bool {
            let (isTaken, isStanding) = (right.point.isWithdrawn, !left.point.isWithdrawn)
            if left.point.id == alertId, isTaken == isStanding { return isStanding }
            return left.rank != right.rank ? left.rank > right.rank : isTaken && isStanding
        }
        let detections = order.filter { versions[$0].point.kind == .detection && versions[$0].point.id != 0 }
        var latest: [Int64: Version] = [:]
        for index in detections {
            let version = versions[index]
            guard let known = latest[version.point.id], !isLater(version, known) else {
                latest[version.point.id] = version
                continue
            }
        }
        return Set(
            detections.filter { index in latest[versions[index].point.id].map { isLater($0, versions[index]) } ?? false
            }
        )
    }

    /// Sets `isChosen` of the points of one packet and one kind, which stand in order of time: of each exposure one
    /// point, its own detection, else the nearest to the alert's position, else the highest id.
    /// - Parameters:
    ///   - alertId: id of the packet's own detection, 0 for a kind that has none.
    ///   - distance: of a rival from the alert's position, in any unit, NaN where unknown; asked for rivals only.
    public static func choose(
        among points: inout [PhotometricPoint],
        alertId: Int64 = 0,
        distance: (PhotometricPoint) -> Double = { _ in .nan }
    ) {
        var start = 0
        while start < points.count {
            var end = start + 1
            while end < points.count, points[end].mjd == points[start].mjd { end += 1 }
            if end > start + 1 { chooseAmongSimultaneous(&points, start..<end, alertId, distance) }
            start = end
        }
    }

    private static func chooseAmongSimultaneous(
        _ points: inout [PhotometricPoint],
        _ range: Range<Int>,
        _ alertId: Int64,
        _ distance: (PhotometricPoint) -> Double
    ) {
        let band = points[range.lowerBound].band.packedName
        // Nearly always all are of one band.
        if range.allSatisfy({ points[$0].band.packedName == band }) {
            return chooseAmongRivals(&points, range, alertId, distance)
        }
        let order = range.sorted { (points[$0].band.packedName, $0) < (points[$1].band.packedName, $1) }
        var start = 0
        while start < order.count {
            let band = points[order[start]].band.packedName
            var end = start + 1
            while end < order.count, points[order[end]].band.packedName == band { end += 1 }
            chooseAmongRivals(&points, order[start..<end], alertId, distance)
            start = end
        }
    }

    /// Of rivals of which none comes before the other the first stands. Each is looked at once: a packet may hold
    /// thousands.
    private static func chooseAmongRivals(
        _ points: inout [PhotometricPoint],
        _ rivals: some RandomAccessCollection<Int>,
        _ alertId: Int64,
        _ distance: (PhotometricPoint) -> Double
    ) {
        guard rivals.count > 1, var best = rivals.first else {
            for index in rivals { points[index].isChosen = true }
            return
        }
        points[best].isChosen = true
        var nearest = distance(points[best])
        for index in rivals.dropFirst() {
            let reach = distance(points[index])
            points[index].isChosen = beats((points[index], reach), (points[best], nearest), alertId)
            guard points[index].isChosen else { continue }
            points[best].isChosen = false
            (best, nearest) = (index, reach)
        }
    }

    /// Whether a point is chosen before a rival; not where the two are equal in all that matters.
    private static func beats(
        _ left: (point: PhotometricPoint, distance: Double),
        _ right: (point: PhotometricPoint, distance: Double),
        _ alertId: Int64
    ) -> Bool {
        if left.point.isWithdrawn != right.point.isWithdrawn { return right.point.isWithdrawn }
        if alertId != 0, (left.point.id == alertId) != (right.point.id == alertId) { return left.point.id == alertId }
        let (near, far) = (left.distance, right.distance)
        if near != far, !(near.isNaN && far.isNaN) { return near.isNaN ? false : far.isNaN ? true : near < far }
        return left.point.isPreferred(to: right.point)
    }
}

extension PhotometricPoint {
    /// Whether two points are of one exposure: the same band, the same time to the bit.
    public func isSameExposure(as other: PhotometricPoint) -> Bool {
        mjd.bitPattern == other.mjd.bitPattern && band.packedName == other.band.packedName
    }

    /// An order of rivals that means nothing, but is always the same: the higher id, else the larger values (of two
    /// limits the brighter).
    fileprivate func isPreferred(to other: PhotometricPoint) -> Bool {
        if id != other.id { return id > other.id }
        for (left, right) in [
            (flux, other.flux), (fluxErr, other.fluxErr), (totalFlux, other.totalFlux),
            (totalFluxErr, other.totalFluxErr), (Double(quality.score), Double(other.quality.score)),
        ] where left.bitPattern != right.bitPattern {
            return left.bitPattern > right.bitPattern
        }
        if isWithdrawn != other.isWithdrawn { return other.isWithdrawn }
        return quality.flags.rawValue > other.quality.flags.rawValue
    }
}
