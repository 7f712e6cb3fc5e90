import Foundation
import Ground

/// The folder that holds everything a demonstration makes: database, model, log.
struct DemoFolder {
    /// Its full path.
    let path: String
    /// Whether it stays at the end.
    let isKept: Bool

    /// A fresh folder of our own; or the named one, which must be new or empty: another run's database would take this
    /// run's alerts for duplicates.
    init(named name: String?) throws {
        if let name {
            path = URL(fileURLWithPath: name).path
            isKept = true
            do {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
                guard try FileManager.default.contentsOfDirectory(atPath: path).isEmpty else {
                    throw CommandFailure(.refused, "--folder \(name) is not empty", advice: "name a new folder")
                }
            } catch let error as CocoaError {
                throw CommandFailure(.refused, "cannot make the folder \(name): \(error.inWords)")
            }
        } else {
            Self.removeAbandoned()
            var template = Array((Self.place + "/" + Self.prefix + "XXXXXX").utf8CString)
            guard mkdtemp(&template) != nil else {
                throw CommandFailure(
                    .refused,
                    "cannot make a folder in \(Self.place): \(String(cString: strerror(errno)))",
                    advice: "set TMPDIR, or name one with --folder"
                )
            }
            let made = template.withUnsafeBufferPointer {
                String(decoding: $0.dropLast().map(UInt8.init), as: UTF8.self)
            }
            path = URL(fileURLWithPath: made).path
            isKept = false
        }
        // As root the database runs as user postgres, who must be let through.
        chmod(path, 0o711)
        _ = FileManager.default.createFile(atPath: item(Self.owner), contents: Data("\(getpid())".utf8))
    }

    private static let prefix = "trifid-demo-"
    private static let owner = "pid"
    private static var place: String { URL(fileURLWithPath: NSTemporaryDirectory()).path }

    /// Removes the folders of demonstrations that were killed.
    private static func removeAbandoned() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? [] where name.hasPrefix(prefix) {
            let folder = "\(place)/\(name)"
            guard let owner = process("\(folder)/\(owner)"), !isAlive(owner) else { continue }
            if let server = process("\(folder)/postgres/data/postmaster.pid"), isAlive(server) { continue }
            try? FileManager.default.removeItem(atPath: folder)
        }
    }

    /// The process that a file names in its first line.
    private static func process(_ file: String) -> pid_t? {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return nil }
        return text.split(separator: "\n").first.flatMap { pid_t($0) }
    }

    private static func isAlive(_ process: pid_t) -> Bool { kill(process, 0) == 0 || errno == EPERM }

    /// A file or folder in it.
    func item(_ name: String) -> String { "\(path)/\(name)" }

    /// Takes the folder away unless it is to be kept.
    func remove() {
        if !isKept { try? FileManager.default.removeItem(atPath: path) }
    }
}
