import Testing

@testable import Sky

@Suite struct ExposuresTests {
    static let bands = [Band("g", wavelength: 470), Band("r", wavelength: 640)]
    static let survey = SurveyName("somewhere")
    static let refused = QualityFlags(bit: 3)
    static let rule = QualityRule(refusedFlags: [survey: refused])
    static let cut = rule.cut(of: survey)

    static func point(
        _ kind: LightCurve.Kind,
        _ id: Int64 = 0,
        mjd: Double = 10,
        flux: Double = 1,
        band: Band = bands[0]
    ) -> PhotometricPoint {
        PhotometricPoint(kind: kind, id: id, mjd: mjd, band: band, flux: flux, fluxErr: 1)
    }

    static func standing(
        _ versions: [(PhotometricPoint, Int64)],
        alertId: Int64 = 99,
        upTo mjd: Double = 100
    ) -> [PhotometricPoint] {
        let versions = versions.map { Exposures.Version($0.0, Exposures.PacketRank(mjd: Double($0.1), alertId: $0.1)) }
        return Exposures.standing(versions, alertId: alertId, upTo: mjd, cut: cut)
    }

    @Test func aDetectionStandsBeforeForcedPhotometryAndThatBeforeALimit() {
        let all = [Self.point(.upperLimit), Self.point(.forced), Self.point(.detection, 5)].map { ($0, Int64(1)) }
        #expect(Self.standing(all).map(\.kind) == [.detection])
        #expect(Self.standing(Array(all.prefix(2))).map(\.kind) == [.forced])
        #expect(Self.standing(Array(all.prefix(1))).map(\.kind) == [.upperLimit])
    }

    @Test func anotherBandOrAnotherTimeByABitIsAnotherExposure() {
        let points = [
            Self.point(.detection, 1), Self.point(.detection, 2, band: Self.bands[1]),
            Self.point(.detection, 3, mjd: 10.0.nextUp),
        ]
        #expect(Self.standing(points.map { ($0, 1) }).map(\.id) == [1, 2, 3])
    }

    @Test func aDetectionThatFailsTheRuleLeavesItsForcedTwin() {
        var poor = Self.point(.detection, 5)
        poor.quality = PointQuality(score: 0.2, kind: .reliability)
        #expect(Self.standing([(poor, 1), (Self.point(.forced, 7), 1)]).map(\.id) == [7])
        #expect(Self.standing([(poor, 1)]).isEmpty)
        poor.quality = PointQuality(score: 0.9, kind: .reliability, flags: Self.refused)
        #expect(Self.standing([(poor, 1)]).isEmpty)
        poor.quality.flags = QualityFlags(bit: 4)
        #expect(Self.standing([(poor, 1)]).count == 1)
    }

    @Test func theAlertsOwnDetectionStandsWhateverItsQualityAndWhateverWasChosen() {
        var own = Self.point(.detection, 99)
        own.quality.flags = Self.refused
        own.isChosen = false
        #expect(Self.standing([(own, 1), (Self.point(.detection, 100), 2)]).map(\.id) == [99])
        var withdrawn = own
        withdrawn.isWithdrawn = true
        #expect(Self.standing([(own, 1), (withdrawn, 2)]).map(\.isWithdrawn) == [false])
    }

    @Test func ofRivalsTheLatestPacketsChoiceStandsAndIfItFailsNone() {
        var (left, right) = (Self.point(.detection, 1), Self.point(.detection, 2))
        right.isChosen = false
        #expect(Self.standing([(left, 1), (right, 1)]).map(\.id) == [1])
        right.isChosen = true
        #expect(Self.standing([(left, 1), (right, 2)]).map(\.id) == [2])
        #expect(Self.standing([(left, 3), (right, 2)]).map(\.id) == [1])
        left.quality.flags = Self.refused
        #expect(Self.standing([(left, 3), (right, 2)]).isEmpty)
    }

    @Test func aWithdrawnSourceTakesItsMeasurementAwayAndALaterVersionGivesItBack() {
        var withdrawn = Self.point(.detection, 1)
        withdrawn.isWithdrawn = true
        let (valid, forced) = (Self.point(.detection, 1), Self.point(.forced, 8))
        #expect(Self.standing([(valid, 1), (withdrawn, 2), (forced, 1)]).map(\.id) == [8])
        #expect(Self.standing([(valid, 3), (withdrawn, 2), (forced, 1)]).map(\.id) == [1])
        var gone = forced
        gone.isWithdrawn = true
        #expect(Self.standing([(forced, 1), (gone, 2)]).isEmpty)
    }

    @Test func aMeasurementThatALaterPacketDatesAnewStandsOnce() {
        let (old, new) = (Self.point(.detection, 1, mjd: 10), Self.point(.detection, 1, mjd: 11))
        #expect(Self.standing([(old, 1), (new, 2)]).map(\.mjd) == [11])
        #expect(Self.standing([(old, 1), (new, 2)], upTo: 10.5).map(\.mjd) == [10])
    }

    @Test func aPacketChoosesItsOwnThenTheNearestThenTheHighestId() {
        func chosen(_ ids: [Int64], own: Int64 = 0, distances: [Int64: Double] = [:]) -> [Int64] {
            var points = ids.map { Self.point(.detection, $0) }
            Exposures.choose(among: &points, alertId: own) { distances[$0.id] ?? .nan }
            return points.filter(\.isChosen).map(\.id)
        }
        #expect(chosen([3, 9, 4]) == [9])
        #expect(chosen([3, 9, 4], own: 3) == [3])
        #expect(chosen([3, 9, 4], distances: [3: 2, 4: 1]) == [4])
        #expect(chosen([7, 7]) == [7])
        var points = [Self.point(.detection, 1), Self.point(.detection, 2, band: Self.bands[1])]
        Exposures.choose(among: &points)
        #expect(points.filter(\.isChosen).count == 2)
    }

    @Test func eachOfThousandsOfRivalsIsLookedAtOnce() {
        let count = 20_000
        var points = (0..<count).map { Self.point(.detection, Int64($0), band: Self.bands[$0 % 2]) }
        var asked = 0
        Exposures.choose(among: &points) { point in
            asked += 1
            return Double(abs(point.id - 777))
        }
        #expect(points.filter(\.isChosen).map(\.id) == [777, 778])
        #expect(asked == count)
    }

    /// Packets of a few exposures with rivals, twins, withdrawals and poor quality.
    static func randomVersions(_ random: inout SystemRandomNumberGenerator) -> [Exposures.Version] {
        var versions: [Exposures.Version] = []
        for row in 0..<Int32.random(in: 1...4, using: &random) {
            let rank = Exposures.PacketRank(
                mjd: Double.random(in: 0...5, using: &random),
                alertId: Int64(row),
                row: row
            )
            for kind in [LightCurve.Kind.detection, .forced, .upperLimit] {
                var points: [PhotometricPoint] = []
                for _ in 0..<Int.random(in: 0...8, using: &random) {
                    var point = point(
                        kind,
                        kind == .upperLimit ? 0 : Int64.random(in: 0...5, using: &random),
                        mjd: Double(Int.random(in: 1...5, using: &random)),
                        flux: Double(Int.random(in: 1...3, using: &random)),
                        band: bands[Int.random(in: 0...1, using: &random)]
                    )
                    point.isWithdrawn = kind != .upperLimit && Int.random(in: 0...4, using: &random) == 0
                    if Int.random(in: 0...3, using: &random) == 0 { point.quality.flags = refused }
                    points.append(point)
                }
                points.sort { $0.mjd < $1.mjd }
                Exposures.choose(among: &points)
                versions += points.map { Exposures.Version($0, rank) }
            }
        }
        return versions
    }

    @Test func oneExposureIsOnePointInAnyOrderAndNeverLaterThanTheAlert() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            let versions = Self.randomVersions(&random)
            let end = Double(Int.random(in: 0...5, using: &random))
            let points = Exposures.standing(versions, alertId: 3, upTo: end, cut: Self.cut)
            #expect(points.allSatisfy { $0.mjd <= end && !$0.isWithdrawn })
            #expect(Set(points.map { "\($0.band) \($0.mjd)" }).count == points.count)
            #expect(points.allSatisfy { $0.kind != .detection || $0.id == 3 || !Self.cut.refuses($0.quality) })
            #expect(points == points.sorted { ($0.mjd, $0.band.name) < ($1.mjd, $1.band.name) })
            let again = Exposures.standing(versions.shuffled(using: &random), alertId: 3, upTo: end, cut: Self.cut)
            #expect(again == points)
        }
    }
}
