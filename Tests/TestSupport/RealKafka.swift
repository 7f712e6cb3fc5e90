import Foundation
import Synchronization

/// A real Kafka for tests: the one that `TRIFID_TEST_KAFKA` names (`host:port`), else one that is started from
/// `kafka/kafka` in `TRIFID_SHARED` (default `../shared` beside the package), once a test process, and stopped with it.
package enum RealKafka {
    /// Why the tests that need it cannot run; nil where they can.
    package static let whyNot: String? = {
        if environment["TRIFID_TEST_KAFKA"] != nil { return nil }
        guard FileManager.default.isExecutableFile(atPath: script) else {
            return "no real Kafka: TRIFID_TEST_KAFKA is not set and there is no \(script)"
        }
        let path = (environment["PATH"] ?? "").split(separator: ":")
        guard path.contains(where: { FileManager.default.isExecutableFile(atPath: "\($0)/java") }) else {
            return "no real Kafka: \(script) needs java on the PATH"
        }
        return nil
    }()

    /// Whether the tests that need it can run. Prints the reason where they cannot.
    package static let isAvailable: Bool = {
        if let whyNot { print("skipped: \(whyNot)") }
        return whyNot == nil
    }()

    /// The brokers' addresses; starts Kafka at the first call.
    package static func brokers() throws -> String {
        try started.withLock { started in
            if let started { return try started.get() }
            let result = Result { try start() }
            started = result
            return try result.get()
        }
    }

    private static let environment = ProcessInfo.processInfo.environment
    private static let started = Mutex(Result<String, any Error>?.none)

    private static let script: String = {
        let package = URL(fileURLWithPath: #filePath).appending(path: "../../..").standardizedFileURL
        let shared = environment["TRIFID_SHARED"].map { URL(fileURLWithPath: $0, relativeTo: package) }
        return (shared ?? package.appending(path: "../shared")).standardizedFileURL.appending(path: "kafka/kafka").path
    }()

    private static func start() throws -> String {
        if let given = environment["TRIFID_TEST_KAFKA"] { return given }
        let folder = FileManager.default.temporaryDirectory.appending(path: "trifid-kafka-\(getpid())").path
        var failure = ""
        // A port that is free now may be taken a moment later by another test process.
        for _ in 0..<3 {
            let port = try freePort()
            // Kafka outlives its starter, so something must outlive us to stop it, however we end.
            let watcher = """
                "$1" start "$2" \(port) || { rm -rf "$2"; exit 1; }
                while kill -0 \(getpid()) 2>/dev/null; do sleep 0.5; done >/dev/null 2>&1
                "$1" kill "$2"; rm -rf "$2"
                """
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            // Not through setsid, which leaves a child that nobody waits for; the group is its own anyway.
            process.arguments = ["bash", "-c", watcher, "trifid-kafka", script, folder]
            let output = Pipe()
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            process.standardInput = FileHandle.nullDevice
            try process.run()
            // The first line is the address; end of file is a failure.
            let line = firstLine(output.fileHandleForReading)
            if line.contains(":") { return line }
            failure = "\(script) start \(folder) \(port) has failed"
        }
        throw StartFailure(description: failure)
    }

    private static func firstLine(_ handle: FileHandle) -> String {
        var line = Data()
        while let byte = try? handle.read(upToCount: 1), !byte.isEmpty, byte[byte.startIndex] != 0x0a { line += byte }
        return String(decoding: line, as: UTF8.self)
    }

    /// Kafka takes the port and the next one.
    private static func freePort() throws -> Int {
        for _ in 0..<100 {
            let port = Int.random(in: 20000..<32000)
            if isFree(port) && isFree(port + 1) { return port }
        }
        throw StartFailure(description: "no free port for Kafka")
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    private struct StartFailure: Error, CustomStringConvertible {
        let description: String
    }
}
