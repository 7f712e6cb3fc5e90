import AstroM3
import Foundation
import Ground
import Service
import Simulator

/// Which model folder a command uses, and the untrained one that stands in where none is named.
enum ModelChoice {
    /// The folder that was named; else an untrained model, made once a user in the cache folder.
    static func folder(_ named: String?) throws -> String {
        if let named { return named }
        let folder = cacheFolder().appendingPathComponent("untrained-1-\(BuildInformation.version)").path
        if FileManager.default.fileExists(atPath: folder + "/model.json") { return folder }
        // Made beside and moved, so that two commands at once do not meet in a half-made folder.
        let making = folder + ".\(getpid())"
        try makeUntrained(folder: making, seed: 1)
        if rename(making, folder) != 0, FileManager.default.fileExists(atPath: folder + "/model.json") {
            try? FileManager.default.removeItem(atPath: making)
        }
        return folder
    }

    /// Makes an untrained model whose reference objects are simulated from the same seed.
    static func makeUntrained(
        folder: String,
        seed: UInt64,
        variant: ModelManifest.Variant = .streaming,
        layers: Int = 8,
        references: Int = 1_000
    ) throws {
        let objects = SkySimulation.referenceRecords(seed: seed, count: references).map {
            ModelBuilder.ReferenceRecord(name: $0.object, label: $0.label, record: $0.record)
        }
        try ModelBuilder.createUntrained(
            folder: folder,
            seed: seed,
            variant: variant,
            layers: layers,
            references: objects
        )
    }

    private static func cacheFolder() -> URL {
        let environment = ProcessInfo.processInfo.environment
        let base =
            environment["XDG_CACHE_HOME"].flatMap { $0.isEmpty ? nil : $0 }
            ?? (environment["HOME"] ?? NSTemporaryDirectory()) + "/.cache"
        let folder = URL(fileURLWithPath: base).appendingPathComponent("trifid/models")
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }
}
