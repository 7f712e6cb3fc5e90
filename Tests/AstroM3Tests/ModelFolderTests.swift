import FoundationEssentials
import Sky
import Tensor
import Testing

@testable import AstroM3

/// A folder is a model only as long as every file is the one it was sealed with.
@Suite struct ModelFolderTests {
    private let folder = SampleFolder()

    private func make(_ manifest: ModelManifest = SampleFolder.smallManifest()) throws {
        try ModelBuilder.create(folder: folder.path, manifest: manifest, references: SampleFolder.references())
    }

    private func edit(_ file: String, _ change: (inout Data) -> Void) throws {
        let url = URL(filePath: folder.path + "/" + file)
        var data = try Data(contentsOf: url)
        change(&data)
        try data.write(to: url)
    }

    private func replace(_ old: String, by new: String, in file: String = "model.json") throws {
        try edit(file) { data in
            let text = String(decoding: data, as: UTF8.self)
            #expect(text.contains(old), "\(old) stands in \(file)")
            data = Data(text.split(separator: old, omittingEmptySubsequences: false).joined(separator: new).utf8)
        }
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        try make()
        let model = try Model(folder: folder.path)
        #expect(model.manifest.name == "small")
        #expect(model.checksum.count == 64)
        #expect(model.manifest.fullVersion == "1.2.3+\(model.checksum.prefix(6))")
        #expect(model.references.objects.count == 12)
        #expect(model.references.subsets[.photometry]?.members.count == 12)
        #expect(model.references.subsets[[.photometry, .spectrum]]?.members == [0, 2, 4, 6, 8, 10])
        #expect(model.references.subsets[[.photometry, .metadata]]?.sortedScores.count == 9)
        // The means of the model's inputs were not touched by the round trip.
        #expect(model.manifest.photometry == SampleFolder.smallManifest().photometry)
    }

    @Test func theSameSeedGivesTheSameModel() throws {
        try make()
        let other = SampleFolder()
        try ModelBuilder.create(
            folder: other.path,
            manifest: SampleFolder.smallManifest(),
            references: SampleFolder.references()
        )
        let checksums = try [folder.path, other.path].map { try Model(folder: $0).checksum }
        #expect(checksums[0] == checksums[1])
    }

    @Test func aFolderWithAModelIsNotOverwritten() throws {
        try make()
        #expect(throws: ModelError.self) { try make() }
    }

    @Test(arguments: ["weights.safetensors", "references.safetensors"])
    func aChangedTensorFileIsRefused(file: String) throws {
        try make()
        try edit(file) { $0[$0.count - 1] ^= 1 }
        let error = #expect(throws: ModelError.self) { try Model(folder: folder.path) }
        guard case .checksum(let named, _, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(named == file)
    }

    /// A manifest that its own tensors do not fit is not sealed, and stays as it was written.
    @Test(arguments: [
        ("\"k\" : 3", "\"k\" : 0"), ("\"embedding\" : 32", "\"embedding\" : 64"),
    ])
    func whatNoModelCanBeMadeOfIsNotSealed(old: String, new: String) throws {
        try make()
        try replace(old, by: new)
        let path = folder.path + "/model.json"
        let written = try Data(contentsOf: URL(filePath: path))
        #expect(throws: ModelError.self) { try ModelBuilder.seal(folder: folder.path) }
        #expect(try Data(contentsOf: URL(filePath: path)) == written)
    }

    @Test func aChangedConstantIsRefusedUntilSealedAnew() throws {
        try make()
        let before = try Model(folder: folder.path).checksum
        try replace("\"k\" : 3", by: "\"k\" : 4")
        let error = #expect(throws: ModelError.self) { try Model(folder: folder.path) }
        #expect(String(describing: error).contains("model.json has SHA-256"))
        try ModelBuilder.seal(folder: folder.path)
        let model = try Model(folder: folder.path)
        #expect(model.manifest.novelty.k == 4)
        #expect(model.checksum != before)
    }

    @Test(arguments: [
        ("\"layers\" : 1", "\"layers\" : 0", "architecture.layers is 0"),
        ("\"d_model\" : 32", "\"d_model\" : 48", "architecture.d_model is 48"),
        (
            "\"norm\" : \"after\"", "\"norm\" : \"sideways\"",
            "architecture.norm is not allowed; expected one of after, before, not 'sideways'"
        ),
        (
            "\"tokens\" : \"convolution\"", "\"tokens\" : \"words\"",
            "architecture.tokens is not allowed; expected one of convolution, perceptron, not 'words'"
        ),
        ("\"tokens\" : \"convolution\"", "\"tokens\" : null", "architecture.tokens is null; expected String"),
        (
            "\"sinusoid-by-index\"", "\"by-heart\"",
            "photometry.positionalEncoding is not allowed; expected one of sinusoid-by-index, none, not 'by-heart'"
        ),
        ("\"variant\" : \"streaming\"", "\"variant\" : \"weekly\"", "variant"),
        ("\"k\" : 3", "\"k\" : \"many\"", "novelty.k"),
        ("\"seed\" : 7,", "", "seed"),
        ("\"age\"", "\"agee\"", "photometry.channels"),
        ("\"name\" : \"AGN\"", "\"name\" : \"EW\"", "taxonomy.nodes[3].name is EW"),
    ])
    func aBadFieldIsNamed(old: String, new: String, named: String) throws {
        try make()
        try replace(old, by: new)
        let error = #expect(throws: ModelError.self) { try ModelBuilder.seal(folder: folder.path) }
        #expect(String(describing: error).contains(named))
    }

    @Test func aManifestIsEditedAndSealedAnew() throws {
        try make()
        try ModelBuilder.edit(folder: folder.path) { $0.decision.thresholds = [0.25] }
        #expect(try Model(folder: folder.path).manifest.decision.thresholds == [0.25])
        #expect(throws: ModelError.self) {
            try ModelBuilder.edit(folder: folder.path) { $0.decision.thresholds = [] }
        }
        #expect(try Model(folder: folder.path).manifest.decision.thresholds == [0.25])
    }

    /// `trifid calibrate` begins again with what stands there.
    @Test(arguments: [
        ("0.375", "0", "temperatures.photometry is"), ("0.625", "1.5", "decision.thresholds is"),
        ("photometry", "light", "light is"), ("0.875", "1.5", "decision.branches.Star is"),
        ("\"Star\"", "\"EW\"", "decision.branches is EW"),
    ])
    func whatStoodBeforeACalibrationIsLookedAtToo(old: String, new: String, named: String) throws {
        try make()
        try ModelBuilder.edit(folder: folder.path) { manifest in
            let temperatures = [Float](repeating: 0.375, count: manifest.calibration.pointBins.count + 1)
            manifest.calibration.temperatures = [:]
            let decision = DecisionRule(thresholds: [0.625], branches: ["Star": 0.875])
            manifest.calibration.before = .init(temperatures: ["photometry": temperatures], decision: decision)
        }
        let path = URL(filePath: folder.path + "/model.json")
        var text = try String(contentsOf: path, encoding: .utf8)
        let start = try #require(text.firstRange(of: "\"before\""))
        let place = try #require(text[start.upperBound...].firstRange(of: old))
        text.replaceSubrange(place, with: new)
        try text.write(to: path, atomically: true, encoding: .utf8)
        let error = #expect(throws: ModelError.self) { try ModelBuilder.seal(folder: folder.path) }
        #expect(String(describing: error).contains("calibration.before.") && String(describing: error).contains(named))
    }

    /// As `trifid calibrate` wrote it while gates were of levels alone.
    @Test func whatStoodBeforeAnOlderCalibrationIsStillRead() throws {
        let old = #"{"temperatures": {"photometry": [1.5]}, "thresholds": [0.5, 1]}"#
        let read = try JSONDecoder().decode(Calibration.Before.self, from: Data(old.utf8))
        #expect(read == .init(temperatures: ["photometry": [1.5]], decision: DecisionRule(thresholds: [0.5, 1])))
        let again = try JSONDecoder().decode(Calibration.Before.self, from: JSONEncoder().encode(read))
        #expect(again == read)
    }

    @Test func aMissingFolderIsNamed() throws {
        let error = #expect(throws: ModelError.self) { try Model(folder: "/nowhere/at/all") }
        #expect(String(describing: error).contains("/nowhere/at/all/model.json"))
    }

    @Test func aTensorOfAnotherShapeIsNamed() throws {
        try make()
        try replace("\"embedding\" : 32", by: "\"embedding\" : 64")
        let error = #expect(throws: ModelError.self) { try ModelBuilder.seal(folder: folder.path) }
        #expect(String(describing: error).contains("expected shape [12, 64]"))
    }
}
