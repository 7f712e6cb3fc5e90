package import Foundation

/// The real packets of `$TRIFID_SHARED` (default `../shared` beside the package), read in place.
package enum SharedData {
    package static let alerts: URL = {
        let root =
            ProcessInfo.processInfo.environment["TRIFID_SHARED"].map { URL(fileURLWithPath: $0) }
            ?? Simulations.package.deletingLastPathComponent().appendingPathComponent("shared")
        return root.appendingPathComponent("data/alerts")
    }()

    /// For `.enabled(if:)`: says in the test log what was skipped.
    package static let isThere: Bool = {
        let isThere = FileManager.default.fileExists(atPath: alerts.path)
        if !isThere { print("skipping the tests on real packets: \(alerts.path) is not there; set TRIFID_SHARED") }
        return isThere
    }()

    package static func files(_ folder: String) throws -> [String] {
        let folder = alerts.appendingPathComponent(folder).path
        return try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".avro") }
            .sorted()
            .map { folder + "/" + $0 }
    }
}
