import Foundation
import Glibc
import Testing

@testable import Ground

/// What a file does where it cannot simply take a place: pipes, what has no name, links that lead on, and what others have laid beside.
@Suite struct FilePlaceTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "trifid-file-\(UUID().uuidString)")
        .path()
    private let manager = FileManager.default

    private func make() throws { try manager.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    private func remove() { try? manager.removeItem(atPath: folder) }

    private func write(_ text: String, to path: String) throws {
        try Array(text.utf8).withUnsafeBytes { try DurableFile.write($0, to: path) }
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    private func kind(_ path: String) -> mode_t {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & S_IFMT : 0
    }

    /// What can be read without waiting.
    private func read(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 1 << 12)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes[..<max(0, count)], as: UTF8.self)
    }

    @Test func aNamedPipeIsWrittenIntoAndStays() throws {
        try make()
        defer { remove() }
        let path = folder + "/pipe"
        #expect(mkfifo(path, 0o600) == 0)
        // Open at both ends: nobody waits.
        let pipe = open(path, O_RDWR | O_NONBLOCK)
        defer { close(pipe) }
        try #require(pipe >= 0)
        try write("text", to: path)
        #expect(read(pipe) == "text" && kind(path) == S_IFIFO)
        let discarded = try Array("none".utf8).withUnsafeBytes { try DurableFile.Draft($0, for: path) }
        #expect(!discarded.isReplacing)
        discarded.discard()
        #expect(read(pipe) == "")
        #expect(throws: DurableFile.Failure.self) { try discarded.takePlace() }
        #expect(try manager.contentsOfDirectory(atPath: folder) == ["pipe"])
    }

    /// As `/dev/stdout` and a shell's process substitutions do: such a link has no path that it leads to.
    @Test func aLinkThatLeadsToAPipeStaysALink() throws {
        try make()
        defer { remove() }
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        defer { ends.forEach { close($0) } }
        let descriptor = "/proc/self/fd/\(ends[1])"
        try manager.createSymbolicLink(atPath: folder + "/so", withDestinationPath: descriptor)
        for path in [folder + "/so", descriptor] {
            try write(path, to: path)
            #expect(read(ends[0]) == path)
        }
        #expect(try manager.destinationOfSymbolicLink(atPath: folder + "/so") == descriptor)
        #expect(try manager.contentsOfDirectory(atPath: folder) == ["so"])
    }

    /// A program's output may be a file that is open and gone.
    @Test func aFileWithoutANameIsFilledAnew() throws {
        try make()
        defer { remove() }
        let file = open(folder + "/file", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(file) }
        try #require(file >= 0 && Glibc.write(file, "what was longer", 15) == 15 && unlink(folder + "/file") == 0)
        try write("text", to: "/proc/self/fd/\(file)")
        try #require(lseek(file, 0, SEEK_SET) == 0)
        #expect(read(file) == "text")
        #expect(try manager.contentsOfDirectory(atPath: folder) == [])
    }

    @Test func ofLinksThatLeadNowhereTheLastIsReplaced() throws {
        try make()
        defer { remove() }
        try manager.createSymbolicLink(atPath: folder + "/near", withDestinationPath: "far")
        try manager.createSymbolicLink(atPath: folder + "/far", withDestinationPath: folder + "/nowhere")
        try write("text", to: folder + "/near")
        #expect(try text(folder + "/near") == "text")
        #expect(kind(folder + "/near") == S_IFLNK && kind(folder + "/far") == S_IFREG)
        #expect(try manager.contentsOfDirectory(atPath: folder).sorted() == ["far", "near"])
    }

    /// Whoever may write in the folder chooses where it leads.
    @Test(arguments: [true, false]) func aLinkWhereTheDraftIsMadeIsNotFollowed(isThere: Bool) throws {
        try make()
        defer { remove() }
        try write("others'", to: folder + "/victim")
        let target = isThere ? folder + "/victim" : folder + "/none"
        try manager.createSymbolicLink(atPath: folder + "/file.new", withDestinationPath: target)
        try write("text", to: folder + "/file")
        #expect(try text(folder + "/victim") == "others'" && text(folder + "/file") == "text")
        #expect(kind(folder + "/file") == S_IFREG)
        #expect(try manager.contentsOfDirectory(atPath: folder).sorted() == ["file", "victim"])
    }

    /// Who has opened what a killed process left reads nothing of what comes after it.
    @Test func whatIsLeftOfADraftIsNotWrittenInto() throws {
        try make()
        defer { remove() }
        let path = folder + "/file"
        try write("first", to: path)
        try write("left", to: path + ".new")
        #expect(chmod(path, 0o600) == 0 && chmod(path + ".new", 0o666) == 0)
        let reader = open(path + ".new", O_RDONLY)
        defer { close(reader) }
        let draft = try DurableFile.Draft(for: path)
        var status = stat()
        #expect(stat(path + ".new", &status) == 0 && status.st_mode & 0o777 == 0o600 && status.st_size == 0)
        try Array("secret".utf8).withUnsafeBytes { try draft.write($0) }
        try draft.takePlace()
        #expect(try read(reader) == "left" && text(path) == "secret")
        #expect(try manager.contentsOfDirectory(atPath: folder) == ["file"])
    }

    @Test func aDraftThatNobodyPutsInItsPlaceGoesByItself() throws {
        try make()
        defer { remove() }
        #expect(throws: CocoaError.self) {
            let draft = try DurableFile.Draft(for: folder + "/file")
            #expect(try manager.contentsOfDirectory(atPath: folder) == ["file.new"] && draft.isReplacing)
            throw CocoaError(.fileReadUnknown)
        }
        #expect(try manager.contentsOfDirectory(atPath: folder) == [])
    }

    /// Half of what the second writes would stand there.
    @Test func ofTwoDraftsForOnePlaceTheFirstDoesNotPutTheOthersThere() throws {
        try make()
        defer { remove() }
        let path = folder + "/file"
        let (first, second) = (try DurableFile.Draft(for: path), try DurableFile.Draft(for: path))
        let failure = #expect(throws: DurableFile.Failure.self) { try first.takePlace() }
        #expect(failure?.reason == "another process is writing \(path).new too; write it again when that is done")
        try Array("text".utf8).withUnsafeBytes { try second.write($0) }
        try second.takePlace()
        #expect(try text(path) == "text" && manager.contentsOfDirectory(atPath: folder) == ["file"])
    }

    @Test func namesOfOneFileAreKnownAlsoBeforeItIsThere() throws {
        try make()
        defer { remove() }
        try manager.createDirectory(atPath: folder + "/inside", withIntermediateDirectories: false)
        try manager.createSymbolicLink(atPath: folder + "/round", withDestinationPath: "inside")
        try write("x", to: folder + "/inside/file")
        try manager.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "inside/file")
        try manager.createSymbolicLink(atPath: folder + "/later", withDestinationPath: "inside/none")
        #expect(link(folder + "/inside/file", folder + "/hard") == 0)
        for (one, other, areOne) in [
            ("inside/file", "inside/./file", true), ("inside/file", "round/file", true),
            ("inside/file", "link", true), ("inside/file", "hard", true), ("inside/none", "round/none", true),
            ("inside/none", "none", false), ("inside/none", "inside/other", false), ("inside/file", "none", false),
            ("later", "none", false), ("later", "later", true),
        ] {
            #expect(try DurableFile.areOne("\(folder)/\(one)", "\(folder)/\(other)") == areOne, "\(one) \(other)")
        }
        #expect(throws: DurableFile.Failure(path: folder + "/inside", reason: "Is a directory")) {
            try DurableFile.areOne(folder + "/inside", folder + "/none")
        }
    }
}
