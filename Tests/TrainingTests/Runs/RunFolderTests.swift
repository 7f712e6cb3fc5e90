import Foundation
import Testing

@testable import Training

/// What stands in a run's folder may be anything by the time that it is read.
@Suite struct RunFolderTests {
    private let folder = TemporaryFolder()
    private var run: RunFolder { RunFolder(folder.path) }

    /// A file of so many bytes that takes no room.
    private func make(_ path: String, bytes: Int) throws {
        try folder.make()
        try Data().write(to: URL(filePath: path))
        let handle = try FileHandle(forWritingTo: URL(filePath: path))
        try handle.truncate(atOffset: UInt64(bytes))
        try handle.close()
    }

    @Test func filesBeyondTheirBoundsAreNotRead() throws {
        defer { folder.remove() }
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
