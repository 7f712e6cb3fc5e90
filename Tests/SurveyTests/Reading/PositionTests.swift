import Testing

@testable import Survey

@Suite struct PositionTests {
    @Test(
        arguments: [(-0.001, 0), (360.001, 0), (0, -90.001), (0, 90.001), (.nan, 0), (0, .nan)] as [(Double, Double)]
    )
    func positionsOffTheSkyAreRefused(ra: Double, dec: Double) {
        #expect(throws: PacketError.self) { try Position.check(ra: ra, "ra", dec: dec, "dec") }
    }

    @Test(arguments: [(0, -90), (360, 90), (180, 0)] as [(Double, Double)])
    func theEdgesOfTheSkyBelongToIt(ra: Double, dec: Double) throws {
        let position = try Position.check(ra: ra, "ra", dec: dec, "dec")
        #expect(position.ra == ra && position.dec == dec)
    }
}
