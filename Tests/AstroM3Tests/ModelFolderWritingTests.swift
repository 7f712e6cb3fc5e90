import Foundation
import Glibc
import Testing

@testable import AstroM3

/// What a change of a model does to its file: to a link, to who may read it, and to what another has changed meanwhile.
@Suite struct ModelFolderWritingTests {
    private let folder = SampleFolder()
    private var manifest: String { folder.path + "/model.json" }
    private var refusal: ModelError { .file(path: manifest, reason: "was changed meanwhile; run it again") }

    init() throws {
        try ModelBuilder.create(
            folder: folder.path,
            manifest: SampleFolder.smallManifest(),
            references: SampleFolder.references()
        )
    }

    private func thresholds() throws -> [Float] { try Model(folder: folder.path).manifest.decision.thresholds }

    private func inode(_ path: String) -> ino_t {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_ino : 0
    }

    @Test func aLinkedManifestStaysALinkAndAsClosedAsItWas() throws {
        let kept = folder.path + "/kept.json"
        try FileManager.default.moveItem(atPath: manifest, toPath: kept)
        try FileManager.default.createSymbolicLink(atPath: manifest, withDestinationPath: "kept.json")
        #expect(chmod(kept, 0o600) == 0)
        try ModelBuilder.edit(folder: folder.path) { $0.decision.thresholds = [0.25] }
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: manifest) == "kept.json")
        var status = stat()
        let found = stat(kept, &status)
        #expect(found == 0 && status.st_mode & 0o777 == 0o600)
        #expect(try thresholds() == [0.25])
    }

    @Test func whatCannotBeWrittenIsToldAndLeavesTheModel() throws {
        let before = try Data(contentsOf: URL(filePath: manifest))
        // A folder stands where the new file would be made.
        try FileManager.default.createDirectory(atPath: manifest + ".new", withIntermediateDirectories: false)
        #expect(throws: ModelError.file(path: manifest, reason: "cannot be written: Is a directory")) {
            try ModelBuilder.edit(folder: folder.path) { $0.decision.thresholds = [0.25] }
        }
        #expect(try Data(contentsOf: URL(filePath: manifest)) == before)
    }

    @Test func whatWasWorkedOutFromAnOlderModelIsRefused() throws {
        let older = try Model(folder: folder.path).checksum
        try ModelBuilder.edit(folder: folder.path) { $0.decision.thresholds = [0.25] }
        #expect(throws: refusal) {
            try ModelBuilder.edit(folder: folder.path, ifStill: older) { $0.decision.thresholds = [0.75] }
        }
        #expect(try thresholds() == [0.25])
        let checksum = try Model(folder: folder.path).checksum
        try ModelBuilder.edit(folder: folder.path, ifStill: checksum) { $0.decision.thresholds = [0.75] }
        #expect(try thresholds() == [0.75])
    }

    @Test func whatIsSealedWhileAChangeIsMadeIsNotLost() throws {
        let path = folder.path
        #expect(throws: refusal) {
            try ModelBuilder.edit(folder: path) { manifest in
                try? ModelBuilder.edit(folder: path) { $0.decision.thresholds = [0.25] }
                manifest.decision.thresholds = [0.75]
            }
        }
        #expect(try thresholds() == [0.25])
    }

    @Test func whatChangesNothingIsNotWritten() throws {
        let before = inode(manifest)
        try ModelBuilder.edit(folder: folder.path) { _ in }
        try ModelBuilder.seal(folder: folder.path)
        #expect(inode(manifest) == before && before != 0)
        try ModelBuilder.edit(folder: folder.path) { $0.decision.thresholds = [0.25] }
        #expect(inode(manifest) != before)
    }
}
