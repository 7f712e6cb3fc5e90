import Foundation
import Testing

@testable import AstroM3

/// Files of a model that are larger than any model's are not read into memory.
@Suite struct ModelFileBoundsTests {
    private let folder = SampleFolder()

    private func make() throws {
        try ModelBuilder.create(
            folder: folder.path,
            manifest: SampleFolder.smallManifest(),
            references: SampleFolder.references()
        )
    }

    /// Makes a file as long as that without taking the room.
    private func grow(_ path: String, to bytes: Int) throws {
        let handle = try FileHandle(forWritingTo: URL(filePath: path))
        try handle.truncate(atOffset: UInt64(bytes))
        try handle.close()
    }

    @Test(arguments: [
        ("model.json", 16 << 20), ("weights.safetensors", 4 << 30), ("references.safetensors", 4 << 30),
    ])
    func aFolderWithAFileBeyondItsBoundIsRefused(file: String, bound: Int) throws {
        try make()
        let path = "\(folder.path)/\(file)"
        try grow(path, to: bound + 1)
        let refusal = ModelError.file(path: path, reason: "cannot be read: larger than \(bound) bytes")
        #expect(throws: refusal) { try Model(folder: folder.path) }
    }

    @Test func soArePublishedFiles() throws {
        try make()
        let (weights, info) = ("\(folder.path)/weights.safetensors", "\(folder.path)/model.json")
        try grow(weights, to: (4 << 30) + 1)
        try grow(info, to: (16 << 20) + 1)
        #expect(throws: ModelError.file(path: weights, reason: "cannot be read: larger than 4294967296 bytes")) {
            try ModelBuilder.importPublished(weights: weights, folder: "\(folder.path)/new", name: "n", version: "1")
        }
        #expect(throws: ModelError.file(path: info, reason: "cannot be read: larger than 16777216 bytes")) {
            try ModelBuilder.statistics(info: info)
        }
    }
}
