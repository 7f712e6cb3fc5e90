import Foundation
import Glibc
import Testing

@testable import Ground

/// Who reads a file that takes another's place.
@Suite struct FileModeTests {
    @Test(
        arguments: [
            // Of a new file with a umask of 022, 027 and 077.
            (0o640, 0o644, 0o644), (0o640, 0o640, 0o640), (0o640, 0o600, 0o600), (0o660, 0o644, 0o644),
            // What the group did not read nobody else does, and nobody writes who did not.
            (0o600, 0o644, 0o600), (0o620, 0o644, 0o600), (0o644, 0o644, 0o644), (0o644, 0o600, 0o644),
            (0o666, 0o600, 0o666), (0o604, 0o600, 0o644), (0o440, 0o644, 0o444),
        ] as [(mode_t, mode_t, mode_t)]
    )
    func whoReadByAGroupThatCannotBeKeptReadsAsANewFileIsRead(former: mode_t, new: mode_t, expected: mode_t) {
        #expect(FileMode.withoutGroup(former, new: new) == expected)
    }

    private static let owner: uid_t = 64_011
    private static let writer: uid_t = 64_012
    private static let group: gid_t = 64_013
    /// What the folder gives to new files.
    private static let inherited: gid_t = 64_014

    private struct Access: Equatable {
        var owner: uid_t
        var group: gid_t
        var mode: mode_t
    }

    /// Root in a namespace without these numbers, or with a folder that nobody else reaches, cannot tell.
    private static let canActForOthers: Bool = {
        guard geteuid() == 0 else { return false }
        let folder = FileManager.default.temporaryDirectory.appending(path: "trifid-mode-\(UUID().uuidString)").path()
        defer { rmdir(folder) }
        guard mkdir(folder, 0o755) == 0, chown(folder, owner, inherited) == 0 else { return false }
        let descriptor = asWriter(group: group) { open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        return descriptor.map { close($0) == 0 } ?? false
    }()

    private typealias Identity = @convention(c) (UInt32) -> Int32

    /// What a thread does as another user, who is in one group; nil where it may not be another.
    private static func asWriter(group: gid_t, _ body: @escaping @Sendable () -> Int32) -> Int32? {
        guard let user = dlsym(nil, "setfsuid"), let groups = dlsym(nil, "setfsgid") else { return nil }
        let setGroup = unsafeBitCast(groups, to: Identity.self)
        let setUser = unsafeBitCast(user, to: Identity.self)
        let answer = Guarded<Int32??>(nil)
        // The thread's own identity for files alone: other tests go on as they are.
        DedicatedThread.start(name: "writer") {
            _ = setGroup(group)
            _ = setUser(writer)
            // Each tells what was so before it, and changes nothing for who is none.
            let isOther = setUser(.max) == Int32(writer) && setGroup(.max) == Int32(group)
            let result = isOther ? body() : nil
            answer.change { $0 = .some(result) }
        }
        return answer.wait { $0 }
    }

    /// A file of somebody else, in a folder whose new files have a group of their own, written anew by a writer who is in one group:
    /// its owner, group and mode afterwards.
    private static func written(group: gid_t, by writers: gid_t) throws -> Access {
        let folder = FileManager.default.temporaryDirectory.appending(path: "trifid-mode-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/file"
        try Data("first".utf8).write(to: URL(filePath: path))
        try #require(chown(path, owner, group) == 0 && chmod(path, 0o640) == 0)
        try #require(chown(folder, 0, inherited) == 0 && chmod(folder, 0o2777) == 0)
        let outcome = asWriter(group: writers) {
            do throws(DurableFile.Failure) {
                let draft = try DurableFile.Draft(for: path)
                try draft.takePlace()
                return 0
            } catch { return 1 }
        }
        try #require(outcome == 0)
        var status = stat()
        try #require(stat(path, &status) == 0)
        return Access(owner: status.st_uid, group: status.st_gid, mode: status.st_mode & 0o777)
    }

    @Test(.enabled(if: canActForOthers, "only root may try it for others"))
    func theGroupIsKeptWhereTheOwnerCannotBe() throws {
        let found = try Self.written(group: Self.group, by: Self.group)
        #expect(found == Access(owner: Self.writer, group: Self.group, mode: 0o640))
    }

    @Test(.enabled(if: canActForOthers, "only root may try it for others"))
    func whereTheGroupCannotBeKeptTheUmaskDecidesWhoReads() throws {
        let probe = FileManager.default.temporaryDirectory.appending(path: "trifid-mode-\(UUID().uuidString)").path()
        let descriptor = open(probe, O_WRONLY | O_CREAT | O_EXCL, 0o644)
        defer { unlink(probe) }
        var new = stat()
        try #require(fstat(descriptor, &new) == 0 && close(descriptor) == 0)
        let found = try Self.written(group: Self.group, by: Self.inherited + 1)
        let mode = FileMode.withoutGroup(0o640, new: new.st_mode & 0o777)
        #expect(found == Access(owner: Self.writer, group: Self.inherited, mode: mode))
    }

    @Test(.enabled(if: canActForOthers, "only root may give files away"))
    func rootKeepsOwnerAndGroup() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "trifid-mode-\(UUID().uuidString)").path()
        defer { unlink(path) }
        try Data("first".utf8).write(to: URL(filePath: path))
        try #require(chown(path, Self.owner, Self.group) == 0 && chmod(path, 0o640) == 0)
        try Array("second".utf8).withUnsafeBytes { try DurableFile.write($0, to: path) }
        var status = stat()
        try #require(stat(path, &status) == 0)
        #expect(status.st_uid == Self.owner && status.st_gid == Self.group && status.st_mode & 0o777 == 0o640)
    }
}
