package import Foundation
package import Simulator

/// Skies for tests: the schemas of this package, no images unless a test wants them.
package enum Simulations {
    package static let package = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    package static let schemas = package.appendingPathComponent("Schemas").path

    package static func settings(
        _ survey: SimulationSettings.Survey = .ztf,
        framing: SimulationSettings.Framing? = nil,
        cutouts: Bool = false
    ) -> SimulationSettings {
        SimulationSettings(
            survey: survey,
            framing: framing,
            objects: 400,
            transientsPerNight: 1,
            asteroids: 400,
            artefactsPerNight: 40,
            cutouts: cutouts,
            schemas: schemas
        )
    }

    /// The first alerts of a sky.
    package static func alerts(_ count: Int, seed: UInt64 = 1, _ settings: SimulationSettings) throws
        -> [SimulatedAlert]
    {
        var simulation = try SkySimulation(seed: seed, settings: settings)
        return (0..<count).compactMap { _ in simulation.next() }
    }

    package static let versions: [SimulationSettings.Survey] = [
        .ztf, .lsst(major: 10, minor: 0), .lsst(major: 10, minor: 1), .lsst(major: 11, minor: 0),
        .lsst(major: 11, minor: 1),
    ]
}

/// A folder that is deleted at the end of a test.
package final class ScratchFolder {
    package let path: String

    package init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("trifid-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    package func write(_ bytes: [UInt8], _ name: String) throws -> String {
        let file = path + "/" + name
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }
}
