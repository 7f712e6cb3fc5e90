import Foundation

/// The real alert packets, where they are.
enum SharedData {
    /// `$TRIFID_SHARED/data/alerts`, by default `../shared/data/alerts` beside the package.
    static let alerts = shared + "/data/alerts"

    /// The small inputs that went wrong once.
    static let cases = shared + "/cases/packets"

    private static let shared: String = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path
        return ProcessInfo.processInfo.environment["TRIFID_SHARED"] ?? root + "/../shared"
    }()

    static var isHere: Bool { FileManager.default.fileExists(atPath: alerts + "/README.md") }

    static var casesAreHere: Bool { FileManager.default.fileExists(atPath: cases) }

    static let missing = "no real packets: set TRIFID_SHARED to the folder that holds data/alerts"

    /// Paths of the files of a folder below `alerts` that end in `suffix`, sorted.
    static func files(_ folder: String, suffix: String = ".avro") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: alerts + "/" + folder).filter { $0.hasSuffix(suffix) }
            .sorted().map { alerts + "/" + folder + "/" + $0 }
    }

    static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    }
}
