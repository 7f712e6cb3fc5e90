import AstroM3
import DataSets
import Foundation
import Glibc
import Ground
import Tensor
import Testing

@testable import Training

/// Both files of `trifid embed` are there before either takes its place, and go where any program's files go.
@Suite struct EmbeddingFilesTests {
    private func table(_ set: TinyDataSet) throws -> EmbeddingTable {
        let folder = set.folder + "/model"
        // Of an untrained model all that is asked for is that it embeds.
        try ModelBuilder.createUntrained(folder: folder, seed: 1, layers: 1, references: [])
        return try EmbeddingTable(Model(folder: folder), set.data, split: .test, fold: nil, threads: 2)
    }

    @Test func nothingIsReplacedBeforeBothAreWritten() throws {
        let set = try TinyDataSet(count: 36)
        defer { set.remove() }
        let (out, inputs) = (try set.write("former", "e.fits"), set.folder + "/e.safetensors")
        let (first, second) = (try DurableFile.Draft(for: out), try DurableFile.Draft(for: inputs))
        let table = try table(set)
        try table.write(to: first)
        try table.writeInputs(to: second)
        #expect(try set.text("e.fits") == "former" && !FileManager.default.fileExists(atPath: inputs))
        try first.takePlace()
        try second.takePlace()
        let bytes = try Data(contentsOf: URL(filePath: out))
        #expect(bytes.count % 2880 == 0 && bytes.starts(with: Data("SIMPLE  =".utf8)))
        let tensors = try SafeTensors(Data(contentsOf: URL(filePath: inputs)))
        #expect(tensors.shape(of: "lengths") == [table.count])
        let names = try FileManager.default.contentsOfDirectory(atPath: set.folder)
        #expect(!names.contains { $0.hasSuffix(".new") })
    }

    @Test func aTableGoesIntoAPipe() throws {
        let set = try TinyDataSet(count: 36)
        defer { set.remove() }
        let path = set.folder + "/pipe"
        try #require(mkfifo(path, 0o600) == 0)
        let read = Guarded<Data?>(nil)
        DedicatedThread.start(name: "reader") {
            let data = FileHandle(forReadingAtPath: path)?.readDataToEndOfFile()
            read.change { $0 = data ?? Data() }
        }
        let draft = try DurableFile.Draft(for: path)
        try table(set).write(to: draft)
        try draft.takePlace()
        let found = try #require(read.wait(atMost: .seconds(60)) { $0 })
        #expect(found.count % 2880 == 0 && found.starts(with: Data("SIMPLE  =".utf8)))
        #expect(FileManager.default.fileExists(atPath: path))
    }
}
