import Postgres
import Sky
import Testing

@testable import Archive

@Suite struct PhotometryTests {
    /// Opens, stores and commits one alert, and returns the light curve that it saw as `mjd offset:flux` by time.
    private func seen(_ archive: Archive, _ offset: Int64, _ alert: Alert) throws -> [String] {
        let rows = [row(offset, alert)]
        let batch = try archive.decide(rows)
        try archive.answer(batch, rows)
        return words(batch.outcomes[0].joined?.lightCurve)
    }

    private func words(_ curve: LightCurve?) -> [String] {
        curve?.points.map { "\(Int(($0.mjd - someTime).rounded())):\(Int($0.flux))" } ?? ["none"]
    }

    @Test func historyIsMergedFromThePacketAndTheDatabase() throws {
        let archive = try Fixture().archive
        #expect(
            try seen(archive, 0, alert(10, flux: 1, earlier: [detection(9, someTime - 2, flux: 9)])) == ["-2:9", "0:1"]
        )
        // The next packet no longer holds the point of two days before.
        #expect(try seen(archive, 1, alert(11, mjd: someTime + 1, flux: 2)) == ["-2:9", "0:1", "1:2"])
    }

    @Test func aPointIsStoredOnceHoweverManyPacketsRepeatIt() throws {
        let fixture = try Fixture()
        var earlier: [PhotometricPoint] = []
        for night in 0..<30 {
            let id = Int64(night)
            let time = someTime + Double(night)
            try fixture.archive.process([row(id, alert(id, mjd: time, earlier: earlier))])
            earlier.append(detection(id, time))
        }
        #expect(try fixture.count("points") == 30)
        #expect(try fixture.count("detections") == 30)
        #expect(try fixture.count("detections", "cardinality(repeated) <= 2") == 30)
    }

    @Test func noPointLaterThanTheAlertIsUsedButItIsKept() throws {
        let fixture = try Fixture()
        let later = detection(50, someTime + 5, flux: 50)
        #expect(try seen(fixture.archive, 0, alert(1, flux: 1, earlier: [later])) == ["0:1"])
        #expect(try seen(fixture.archive, 1, alert(2, mjd: someTime + 6, flux: 2)) == ["0:1", "5:50", "6:2"])
    }

    @Test func aLaterPacketThatDatesAnAlertsDetectionWrongDoesNotTakeItAway() throws {
        let archive = try Fixture().archive
        let wrong = detection(1, someTime + 0.6, flux: 7)
        #expect(try seen(archive, 0, alert(2, mjd: someTime + 2, flux: 2, earlier: [wrong])) == ["1:7", "2:2"])
        #expect(try seen(archive, 1, alert(1, flux: 1)) == ["0:1"])
        #expect(try seen(archive, 2, alert(3, mjd: someTime + 3, flux: 3)) == ["1:7", "2:2", "3:3"])
    }

    @Test func anOlderAlertThatComesLateSeesNothingOfTheFuture() throws {
        let archive = try Fixture().archive
        #expect(try seen(archive, 0, alert(2, mjd: someTime + 2, flux: 2)) == ["2:2"])
        #expect(try seen(archive, 1, alert(1, flux: 1)) == ["0:1"])
        #expect(try seen(archive, 2, alert(3, mjd: someTime + 3, flux: 3)) == ["0:1", "2:2", "3:3"])
    }

    @Test func withinABatchEachAlertSeesOnlyThoseBeforeIt() throws {
        let fixture = try Fixture()
        try fixture.archive.process([row(0, alert(1, flux: 1))])
        let rows = [
            row(3, alert(4, mjd: someTime + 3, flux: 4)), row(1, alert(2, mjd: someTime + 1, flux: 2)),
            row(2, alert(3, mjd: someTime + 2, flux: 3)),
        ]
        let batch = try fixture.archive.decide(rows)
        #expect(
            batch.outcomes.map { words($0.joined?.lightCurve) } == [
                ["0:1", "1:2", "2:3", "3:4"], ["0:1", "1:2"], ["0:1", "1:2", "2:3"],
            ]
        )
    }

    @Test func withinABatchAnAlertInFrontThatIsLaterInTimeIsNotSeen() throws {
        let fixture = try Fixture()
        let batch = try fixture.archive.decide([
            row(0, alert(2, mjd: someTime + 1, flux: 2)), row(1, alert(1, flux: 1)),
        ])
        #expect(batch.outcomes.map { words($0.joined?.lightCurve) } == [["1:2"], ["0:1"]])
    }

    @Test func aDuplicateAddsNothing() throws {
        let fixture = try Fixture()
        try fixture.archive.process([row(0, alert(1, flux: 1))])
        try fixture.archive.process([row(1, alert(1, flux: 77, earlier: [detection(5, someTime - 1)]))])
        #expect(try fixture.count("points") == 1)
        #expect(try seen(fixture.archive, 2, alert(2, mjd: someTime + 1, flux: 2)) == ["0:1", "1:2"])
    }

    /// Three alerts speak of one measurement, two agreeing: in every order of arrival the latest alert's version holds.
    @Test(arguments: permutations(of: [0, 1, 2]), [[1, 1, 2], [1, 2, 1], [2, 1, 1], [1, 2, 3], [1, 1, 1]])
    func theVersionOfTheLatestAlertHoldsInAnyOrderOfArrival(order: [Int], fluxes: [Int]) throws {
        let fixture = try Fixture()
        for (offset, which) in order.enumerated() {
            let mjd = someTime + Double(which)
            let claim = detection(99, someTime - 1, flux: Double(fluxes[which]))
            try fixture.archive.process([row(Int64(offset), alert(Int64(which), mjd: mjd, earlier: [claim]))])
        }
        let curve = try seen(fixture.archive, 9, alert(9, mjd: someTime + 0.1, flux: 9))
        #expect(curve.first == "-1:\(fluxes[2])")
        #expect(try fixture.count("points", "id = 99") == Set(fluxes).count)
    }

    @Test func objectsAndSurveysDoNotMix() throws {
        let archive = try Fixture().archive
        _ = try seen(archive, 0, alert(1, flux: 1))
        #expect(try seen(archive, 1, alert(2, object: "other", flux: 2)) == ["0:2"])
        var foreign = alert(3, flux: 3)
        foreign.survey = SurveyName("lsst")
        #expect(try seen(archive, 2, foreign) == ["0:3"])
    }

    @Test func everyKindOfPointComesBackAsItWas() throws {
        let fixture = try Fixture()
        // One exposure each: what shares one is told elsewhere.
        let odd = Band("odd", wavelength: .nan)
        let detections = [
            detection(0, someTime - 3, flux: .nan, band: bandR), detection(0, someTime - 3, flux: 5, band: bandG),
            detection(8, someTime - 1, flux: -4, band: odd),
        ]
        let forced = [
            PhotometricPoint.forced(
                id: 4,
                mjd: someTime - 4,
                band: bandG,
                flux: 1.5,
                fluxErr: 0.25,
                totalFlux: 7,
                totalFluxErr: 1
            )
        ]
        let limits = [PhotometricPoint.upperLimit(mjd: someTime - 5, band: bandG, limit: 50)]
        try fixture.archive.process([row(0, alert(9, earlier: detections, limits: limits, forced: forced))])
        let object = try #require(
            try fixture.archive.object(survey: SurveyName("ztf"), objectId: "ZTF25aaa", quality: rule)
        )
        #expect(object.detections.map(\.id) == [0, 0, 8, 9])
        #expect(Set(object.detections.map(\.band)) == [bandG, bandR, odd])
        #expect(object.detections.count { $0.flux.isNaN } == 1)
        #expect(object.forced == forced)
        #expect(object.upperLimits == limits)
        #expect((object.ra, object.dec) == (120, 30))
        let batch = try fixture.archive.decide([row(1, alert(10, mjd: someTime + 1))])
        let points = try #require(batch.outcomes[0].joined?.lightCurve.points)
        let limit = try #require(points.first { $0.kind == .upperLimit })
        #expect(limit.flux.isNaN && limit.fluxErr == 10 && limit.wavelength == bandG.wavelength)
        let measured = try #require(points.first { $0.kind == .forced })
        #expect((measured.flux, measured.fluxErr, measured.totalFlux, measured.totalFluxErr) == (1.5, 0.25, 7, 1))
    }

    @Test func aHistoryOfAHundredThousandPointsIsTaken() throws {
        let fixture = try Fixture()
        let earlier = (0..<100_000).map { detection(Int64($0 + 100), someTime - 100 + Double($0) / 1001) }
        let first = alert(1, earlier: earlier)
        let rows = [row(0, first)]
        let batch = try fixture.archive.decide(rows)
        #expect(batch.outcomes[0].joined?.lightCurve.points.count == 100_001)
        try fixture.archive.answer(batch, rows)
        let next = try fixture.archive.decide([row(1, alert(2, mjd: someTime + 1))])
        #expect(next.outcomes[0].joined?.lightCurve.points.count == 100_002)
    }
}

/// The merge without a database, against the rule of `Exposures` over every version of every packet.
@Suite struct ObjectHistoryTests {
    private struct Packet {
        var id: Int64
        var mjd: Double
        var points: [PhotometricPoint]
    }

    /// The rule refuses what has a score below 0.5.
    private let cut = QualityRule().cut(of: SurveyName("ztf"))

    /// What stands, by the definition: all versions of all packets, unsorted.
    private func model(_ packets: [Packet], at alert: Packet) -> [PhotometricPoint] {
        var versions: [Exposures.Version] = []
        for (row, packet) in packets.enumerated() {
            let rank = Exposures.PacketRank(mjd: packet.mjd, alertId: packet.id, row: Int32(row))
            versions += packet.points.map { Exposures.Version($0, rank) }
        }
        return Exposures.standing(versions.reversed(), alertId: alert.id, upTo: alert.mjd, cut: cut)
    }

    /// A packet of some of seven measurements in four exposures, which it may date late, withdraw, judge or choose
    /// otherwise than others; and its own detection.
    private func packet(_ id: Int, _ random: inout Generator) -> Packet {
        var packet = Packet(id: Int64(100 + id), mjd: Double(Int.random(in: 0..<6, using: &random)), points: [])
        let others = Int64(100 + Int.random(in: 0..<8, using: &random))
        for (id, kind) in [
            (1, LightCurve.Kind.detection), (2, .detection), (others, .detection), (0, .detection), (0, .forced),
            (0, .forced), (0, .upperLimit), (packet.id, .detection),
        ] where id == packet.id || Bool.random(using: &random) {
            let isOwn = id == packet.id
            packet.points.append(
                PhotometricPoint(
                    kind: kind,
                    id: id,
                    mjd: isOwn ? packet.mjd : Double(Int.random(in: 0..<4, using: &random)),
                    band: bandG,
                    flux: Double(Int.random(in: 0..<3, using: &random)),
                    fluxErr: .nan,
                    totalFlux: 0,
                    totalFluxErr: 0,
                    quality: PointQuality(score: Bool.random(using: &random) ? 0.9 : 0.1, kind: .deepRealBogus),
                    isChosen: Bool.random(using: &random),
                    isWithdrawn: !isOwn && Int.random(in: 0..<4, using: &random) == 0
                )
            )
        }
        return packet
    }

    private func areSame(_ left: [PhotometricPoint], _ right: [PhotometricPoint]) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { $0.isSame(as: $1) }
    }

    @Test(arguments: 0..<300)
    func randomPacketsInRandomOrderGiveWhatTheDefinitionSays(seed: Int) {
        var random = Generator(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1)
        let packets = (0..<8).map { packet($0, &random) }
        var live = ObjectHistory()
        var rows: [Contribution] = []
        for (number, packet) in packets.enumerated() {
            let before = live
            let row = live.add(packet.points, objectId: 7, alertId: packet.id, alertMJD: packet.mjd)
            rows.append(row)
            #expect(Int(row.rowNumber) == number)
            #expect(row.points.allSatisfy { new in !before.points.contains { $0.isSame(as: new) } })
            let seen = live.standing(upTo: packet.mjd, alertId: packet.id, publicOf: SurveyName("ztf"), cut: cut)
            #expect(areSame(seen, model(Array(packets[...number]), at: packet)))
            // Read back from the rows, it is the same.
            var read = ObjectHistory()
            for row in rows { read.apply(row) }
            let again = read.standing(upTo: packet.mjd, alertId: packet.id, publicOf: SurveyName("ztf"), cut: cut)
            #expect(areSame(seen, again))
            #expect(
                read.latest
                    == packets[...number].enumerated().map { row, packet in
                        Exposures.PacketRank(mjd: packet.mjd, alertId: packet.id, row: Int32(row))
                    }.max()
            )
        }
    }

    @Test func ofRivalsInOnePacketAllAreKeptAndTheChosenOneStands() {
        for chosen in 0..<2 {
            var points = [1.0, 2].map { PhotometricPoint.forced(mjd: 1, band: bandG, flux: $0, fluxErr: 1) }
            points[1 - chosen].isChosen = false
            var live = ObjectHistory()
            let row = live.add(points + points, objectId: 1, alertId: 1, alertMJD: 5)
            #expect(row.points.count == 2 && row.repeated == [])
            var read = ObjectHistory()
            read.apply(row)
            for history in [live, read] {
                let standing = history.standing(upTo: 9, alertId: 0, publicOf: SurveyName("ztf"), cut: cut)
                #expect(standing.map(\.flux) == [Double(chosen + 1)])
            }
        }
    }
}

/// A small generator, so that a failing case comes again (Vigna, "xorshift64*").
struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }
}

func permutations<Element>(of elements: [Element]) -> [[Element]] {
    guard elements.count > 1 else { return [elements] }
    return elements.indices.flatMap { index in
        var rest = elements
        let first = rest.remove(at: index)
        return permutations(of: rest).map { [first] + $0 }
    }
}
