import SimulationSupport
import Testing

@testable import Replay
@testable import Simulator

@Suite struct ReplayIdentitiesTests {
    @Test func newIdsAreUniqueAndOfTheSameLength() throws {
        var identities = ReplayIdentities()
        let old: [Int64] = [
            2_982_177_112_815_010_003, 351_444_684_415_015_000, 170_112_044_588_600_997, 7_912_941_781_254_298,
            20_000_093_001, -121_540_793_515_135_000, 4_611_686_018_427_387_904, 9_223_372_036_854_775_807 - 100_000,
        ]
        for id in old { identities.note(id) }
        try identities.makeRoom(rounds: 1000)
        var seen = Set(old)
        for round in 1...1000 {
            for id in old {
                let new = identities.id(id, round: round)
                #expect(seen.insert(new).inserted, "\(new) again")
                #expect(ReplayIdentities.varintLength(new) == ReplayIdentities.varintLength(id))
                #expect(new > 0 && new == identities.id(id, round: round))
            }
        }
    }

    @Test func noneStaysNone() throws {
        var identities = ReplayIdentities()
        for id in [0, -1, -999, 5] as [Int64] { identities.note(id) }
        try identities.makeRoom(rounds: 3)
        for id in [0, -1, -999] as [Int64] { #expect(identities.id(id, round: 2) == id) }
        #expect(identities.id(5, round: 1) != 5)
        #expect(identities.id(77, round: 0) == 77)
    }

    @Test func shortIdsBecomeLonger() throws {
        var identities = ReplayIdentities()
        for id in 1...60 as ClosedRange<Int64> { identities.note(id) }
        try identities.makeRoom(rounds: 100)
        var seen: Set<Int64> = []
        for round in 1...100 {
            for id in 1...60 as ClosedRange<Int64> {
                let new = identities.id(id, round: round)
                #expect(new > 60 && seen.insert(new).inserted)
            }
        }
    }

    @Test func namesStayNamesOfTheirYear() throws {
        var identities = ReplayIdentities()
        let old = ["ZTF17aaaaaaa", "ZTF21abiuvdk", "ZTF20abfcszi", "other"]
        for name in old { identities.note(name) }
        try identities.makeRoom(rounds: 500)
        var seen = Set(old)
        for round in 1...500 {
            for name in old {
                let new = identities.name(name, round: round)
                #expect(seen.insert(new).inserted)
                if name.hasPrefix("ZTF") { #expect(new.hasPrefix(name.prefix(5)) && new.utf8.count == 12) }
            }
        }
    }

    @Test func tooManyRoundsAreRefused() {
        var identities = ReplayIdentities()
        for index in 0..<1000 as Range<Int64> { identities.note(1 << 35 + index) }
        #expect(throws: SimulationError.self) { try identities.makeRoom(rounds: Int.max / 4) }
        var names = ReplayIdentities()
        names.note("ZTF17zzzzzzy")
        #expect(throws: SimulationError.self) { try names.makeRoom(rounds: 10) }
    }

    @Test func varintLengthsAreThoseOfAvro() {
        for (id, length) in [(1, 1), (63, 1), (64, 2), (8191, 2), (8192, 3), (1 << 34, 6), (Int64.max, 10)]
            as [(Int64, Int)]
        {
            #expect(ReplayIdentities.varintLength(id) == length, "\(id)")
        }
    }

    @Test func skiesOfOtherRoundsLieInTheCentury() {
        for round in [0, 1, 2, 100, 5_000, 5_001, 100_000] {
            let sky = AnotherSky(round: round)
            #expect((0...5_000).contains(sky.nights) && (0..<360).contains(sky.rotation))
            #expect((sky.nights == 0) == (round == 0))
            #expect(sky.rotated(-999) == -999 && sky.rotated(.nan).isNaN && sky.later(-999.0) == -999)
            #expect((0..<360).contains(sky.rotated(360)) && sky.later(0, unitsPerDay: 1) == 0)
        }
    }
}
