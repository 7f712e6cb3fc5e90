import AstroM3
import Broker
import Foundation
import Ground
import Service
import Simulator

/// Which model folder a command uses: the one that is named, else the shipped one, and an untrained one where neither is there.
enum ModelChoice {
    /// The model of the folder that was named; else the shipped one; else an untrained one, made once a user in the cache
    /// folder, or where nothing can be written there, for this once in a temporary folder.
    static func model(_ named: String?) throws -> Model {
        if let folder = named ?? InstalledFiles.model() { return try Model(folder: folder) }
        guard let cache = cacheFolder() else { return try untrainedForOnce() }
        let folder = "\(cache)/untrained-1-\(BuildInformation.version)-\(ModelBuilder.untrainedDigest())"
        if FileManager.default.fileExists(atPath: folder + "/model.json") { return try Model(folder: folder) }
        // Made beside and moved, so that two commands at once do not meet in a half-made folder.
        let making = folder + ".\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: making) }
        do {
            try makeUntrained(folder: making, seed: 1)
        } catch {
            return try untrainedForOnce()  // a full disk, or a quota
        }
        if rename(making, folder) == 0 || FileManager.default.fileExists(atPath: folder + "/model.json") {
            return try Model(folder: folder)
        }
        return try Model(folder: making)
    }

    /// A folder of its own: what stands in a shared temporary folder under a known name, others may have written.
    private static func untrainedForOnce() throws -> Model {
        let folder = NSTemporaryDirectory() + "/trifid-model-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try makeUntrained(folder: folder, seed: 1)
        return try Model(folder: folder)
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

    /// Where models are kept for the next time; nil where nothing can be written.
    private static func cacheFolder() -> String? {
        let environment = ProcessInfo.processInfo.environment
        // A path that does not begin with / means nothing here, by the XDG Base Directory Specification.
        func folder(_ variable: String) -> String? { environment[variable].flatMap { $0.hasPrefix("/") ? $0 : nil } }
        guard let base = folder("XDG_CACHE_HOME") ?? folder("HOME").map({ $0 + "/.cache" }) else { return nil }
        let cache = base + "/trifid/models"
        try? FileManager.default.createDirectory(atPath: cache, withIntermediateDirectories: true)
        return access(cache, W_OK | X_OK) == 0 ? cache : nil
    }
}
