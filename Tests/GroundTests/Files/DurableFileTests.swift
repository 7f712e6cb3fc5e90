import Foundation
import Glibc
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

    @Test func aLinkStaysAndWhatItLeadsToIsReplaced() throws {
        let manager = FileManager.default
        try manager.createDirectory(atPath: folder + "/elsewhere", withIntermediateDirectories: true)
        defer { try? manager.removeItem(atPath: folder) }
        try write("first", to: folder + "/elsewhere/file")
        try manager.createSymbolicLink(atPath: folder + "/near", withDestinationPath: "elsewhere/file")
        try manager.createSymbolicLink(atPath: folder + "/far", withDestinationPath: folder + "/near")
        for name in ["near", "far"] {
            try write(name, to: "\(folder)/\(name)")
            #expect(try String(contentsOfFile: folder + "/elsewhere/file", encoding: .utf8) == name)
        }
        #expect(try manager.destinationOfSymbolicLink(atPath: folder + "/near") == "elsewhere/file")
        #expect(try manager.destinationOfSymbolicLink(atPath: folder + "/far") == folder + "/near")
        #expect(try manager.contentsOfDirectory(atPath: folder).sorted() == ["elsewhere", "far", "near"])
        #expect(try manager.contentsOfDirectory(atPath: folder + "/elsewhere") == ["file"])
    }

    @Test func aLinkThatLeadsNowhereIsReplacedAndOneThatLeadsToItselfIsTold() throws {
        let manager = FileManager.default
        try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? manager.removeItem(atPath: folder) }
        try manager.createSymbolicLink(atPath: folder + "/file", withDestinationPath: "nowhere")
        try write("text", to: folder + "/file")
        #expect(try String(contentsOfFile: folder + "/file", encoding: .utf8) == "text")
        try manager.createSymbolicLink(atPath: folder + "/round", withDestinationPath: "round")
        #expect(
            throws: DurableFile.Failure(path: folder + "/round", reason: "Too many levels of symbolic links")
        ) { try write("x", to: folder + "/round") }
        #expect(try manager.contentsOfDirectory(atPath: folder).sorted() == ["file", "round"])
    }

    /// Also more open than the process makes files, and also where an older draft is less so.
    @Test(arguments: [0o600, 0o640, 0o666, 0o444] as [mode_t])
    func theNewFileIsAsOpenAsTheFormer(mode: mode_t) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/file"
        try write("first", to: path)
        try write("left behind", to: path + ".new")
        #expect(chmod(path, mode) == 0 && chmod(path + ".new", 0o600) == 0)
        try write("second", to: path)
        var status = stat()
        let found = stat(path, &status)
        #expect(found == 0 && status.st_mode & 0o777 == mode)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "second")
    }

    @Test func aDraftChangesNothingUntilItTakesItsPlace() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/file"
        try write("first", to: path)
        let draft = try Array("second".utf8).withUnsafeBytes { try DurableFile.Draft($0, for: path) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "first")
        draft.discard()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "first")
        // Gone before it could take its place.
        #expect(throws: DurableFile.Failure(path: path, reason: "No such file or directory")) { try draft.takePlace() }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "first")
    }
}
