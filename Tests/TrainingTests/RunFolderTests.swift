import Foundation
import Testing

@testable import Training

/// What stands in a run's folder may be anything by the time that it is read.
@Suite struct RunFolderTests {
    private let run = RunFolder(
        FileManager.default.temporaryDirectory.appending(path: "trifid-run-\(UUID().uuidString)").path()
    )

    /// A file of so many bytes that takes no room.
    private func make(_ path: String, bytes: Int) throws {
        try FileManager.default.createDirectory(atPath: run.path, withIntermediateDirectories: true)
        try Data().write(to: URL(filePath: path))
        let handle = try FileHandle(forWritingTo: URL(filePath: path))
        try handle.truncate(atOffset: UInt64(bytes))
        try handle.close()
    }

    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return ""
        } catch { return "\(error)" }
    }

    @Test func filesBeyondTheirBoundsAreNotRead() throws {
        defer { try? FileManager.default.removeItem(atPath: run.path) }
        try make(run.path + "/run.json", bytes: (16 << 20) + 1)
        try make(run.best, bytes: (4 << 30) + 1)
        #expect(
            message { _ = try run.description() }
                == "\(run.path)/run.json cannot be read: larger than 16777216 bytes"
        )
        #expect(
            message { _ = try RunFolder.weights(run.best) }
                == "the weights \(run.best) cannot be read: larger than 4294967296 bytes"
        )
        #expect(message { _ = try run.digestOfBest() }.contains("is no run that has weights"))
    }

    @Test func whatIsNotThereIsToldInTheSystemsWords() {
        #expect(
            message { _ = try run.description() }
                == "\(run.path)/run.json cannot be read: No such file or directory"
        )
        #expect(
            message { _ = try RunFolder.weights(run.best) }
                == "the weights \(run.best) cannot be read: No such file or directory"
        )
    }
}
