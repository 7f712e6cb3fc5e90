import Foundation
import Ground
import Testing

/// What is read of a file from outside is bounded, and what is not read is told with the system's reason.
@Suite struct FileContentsTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "trifid-file-\(UUID().uuidString)")
        .path()

    private func make(_ bytes: Int) throws -> String {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = folder + "/file"
        try Data((0..<bytes).map { UInt8(truncatingIfNeeded: $0) }).write(to: URL(filePath: path))
        return path
    }

    private func refusal(_ path: String, maximum: Int) -> String {
        do throws(FileError) {
            _ = try FileContents.read(path, maximum: maximum)
            return ""
        } catch { return error.description }
    }

    @Test(arguments: [0, 1, 1 << 16, 200_001])
    func aFileOfAsManyBytesAsMayBeIsReadWhole(bytes: Int) throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let contents = try FileContents.read(make(bytes), maximum: bytes)
        #expect(contents == (0..<bytes).map { UInt8(truncatingIfNeeded: $0) })
    }

    @Test func oneByteMoreIsRefusedWithItsBound() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = try make(100_001)
        #expect(refusal(path, maximum: 100_000) == "\(path): larger than 100000 bytes")
        #expect(refusal(path, maximum: 100_001) == "")
    }

    /// One whose size the system does not tell.
    @Test func whatHasNoEndIsReadNoFurtherThanItsBound() {
        #expect(refusal("/dev/zero", maximum: 1 << 20) == "/dev/zero: larger than 1048576 bytes")
    }

    @Test func whatIsNoFileOrNotThereIsToldInTheSystemsWords() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = try make(1)
        #expect(refusal(folder, maximum: 10) == "\(folder): Is a directory")
        #expect(refusal(folder + "/none", maximum: 10) == "\(folder)/none: No such file or directory")
    }
}
