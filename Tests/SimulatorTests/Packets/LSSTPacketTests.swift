import Avro
import SimulationSupport
import Sky
import Survey
import Testing

@testable import Simulator

@Suite struct LSSTPacketTests {
    static let versions = Simulations.versions.filter { $0 != .ztf }

    @Test(arguments: versions)
    func theDecoderOfTheBrokerReadsTheTruth(_ version: SimulationSettings.Survey) throws {
        let registry = try FolderSchemaRegistry(Simulations.schemas)
        let decoder = PacketDecoder(registry: registry)
        var asteroids = 0
        for framing in SimulationSettings.Framing.allCases {
            for truth in try Simulations.alerts(80, Simulations.settings(version, framing: framing, cutouts: true)) {
                try truth.packet.withUnsafeBytes { message in
                    try decoder.decode(message) { alert, datum in
                        #expect(alert.survey == truth.survey && alert.objectId == truth.objectId)
                        #expect(alert.alertId == truth.alertId)
                        #expect(alert.mjd == truth.mjd && alert.timeScale == .taiMiddle)
                        #expect(alert.band.name == truth.band)
                        let isAsteroid = truth.sourceClass == .asteroid
                        #expect(alert.flags.contains(.solarSystem) == isAsteroid)
                        asteroids += isAsteroid ? 1 : 0
                        #expect(alert.detections.count == (isAsteroid ? 1 : truth.historyDetections + 1))
                        #expect(alert.forced.count == (isAsteroid ? 0 : truth.historyCount))
                        let own = try #require(alert.detections.last)
                        #expect((own.flux / truth.flux - 1).magnitude < 1e-6)
                        #expect((own.fluxErr / truth.fluxErr - 1).magnitude < 1e-6)
                        let reliability = try #require(alert.quality.reliability)
                        #expect((reliability < 0.5) == (truth.sourceClass == .bogus))
                        let science = try #require(alert.cutouts.science)
                        #expect(datum[science].starts(with: "SIMPLE  =".utf8))
                    }
                }
            }
        }
        #expect(asteroids > 0)
    }

    @Test func framedMessagesNameTheirSchema() throws {
        for case .lsst(let major, let minor) in Self.versions {
            let alert = try #require(
                try Simulations.alerts(1, Simulations.settings(.lsst(major: major, minor: minor))).first
            )
            let id = try alert.packet.withUnsafeBytes { try ConfluentFrame($0).schemaId }
            #expect(id == Int32(major * 100 + minor))
        }
    }
}
