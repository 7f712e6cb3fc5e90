import Foundation
import Simulator

/// Skies for tests: the schemas of this package, no images unless a test wants them.
enum Simulations {
    static let package = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static let schemas = package.appendingPathComponent("Schemas").path

    static func settings(
        _ survey: SimulationSettings.Survey = .ztf,
        framing: SimulationSettings.Framing? = nil,
        cutouts: Bool = false
    ) -> SimulationSettings {
        SimulationSettings(
            survey: survey,
            framing: framing,
            objects: 1_000,
            transientsPerNight: 2,
            asteroids: 400,
            artefactsPerNight: 40,
            cutouts: cutouts,
            schemas: schemas
        )
    }

    /// The first alerts of a sky.
    static func alerts(_ count: Int, seed: UInt64 = 1, _ settings: SimulationSettings) throws -> [SimulatedAlert] {
        var simulation = try SkySimulation(seed: seed, settings: settings)
        return (0..<count).compactMap { _ in simulation.next() }
    }

    static let versions: [SimulationSettings.Survey] = [
        .ztf, .lsst(major: 10, minor: 0), .lsst(major: 10, minor: 1), .lsst(major: 11, minor: 0),
        .lsst(major: 11, minor: 1),
    ]
}

/// A folder that is deleted at the end of a test.
final class ScratchFolder {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("trifid-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ bytes: [UInt8], _ name: String) throws -> String {
        let file = path + "/" + name
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }
}
