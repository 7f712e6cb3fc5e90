import Foundation
import Testing

@testable import Ground

@Suite struct DurableFileTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "trifid-file-\(UUID().uuidString)")
        .path()

    private func write(_ text: String, to path: String) throws {
        try Array(text.utf8).withUnsafeBytes { try DurableFile.write($0, to: path) }
    }

    @Test func aFileReplacesTheOneThatWasThereAndLeavesNothingBeside() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for text in ["first", "", String(repeating: "second", count: 100_000)] {
            try write(text, to: folder + "/file")
            #expect(try String(contentsOfFile: folder + "/file", encoding: .utf8) == text)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])
    }

    @Test func whatCannotBeWrittenIsToldAndLeavesWhatWasThere() throws {
        try FileManager.default.createDirectory(atPath: folder + "/place/inside", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(throws: DurableFile.Failure(path: folder + "/no/file", reason: "No such file or directory")) {
            try write("x", to: folder + "/no/file")
        }
        // A folder stands in the file's place: everything is written, and the last step fails.
        #expect(throws: DurableFile.Failure.self) { try write("x", to: folder + "/place") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["place"])
        #expect(FileManager.default.fileExists(atPath: folder + "/place/inside"))
    }
}
