import ModelSupport
import FoundationEssentials
import Sky
import Tensor
import Testing

@testable import AstroM3

/// A checkpoint with the published key names and shapes becomes a model folder that answers as its weights say.
@Suite struct PublishedCheckpointTests {
    private let folder = SampleFolder()

    /// All 153 tensors of a published checkpoint and the classifier's two.
    private func checkpoint(without missing: String? = nil) throws -> String {
        var tensors = FormulaWeights.tensors(GoldenVectors.manifest(.published))
        tensors["photometry_encoder.enc_embedding.position_embedding.pe"] = ShapedArray(
            shape: [1, 5000, 128],
            values: Array(repeating: 0, count: 640_000)
        )
        for scale in ["ps", "sm", "mp"] {
            tensors["logit_scale_\(scale)"] = ShapedArray(shape: [], values: [4.6])
        }
        #expect(tensors.count == 155)
        #expect(tensors.values.reduce(0) { $0 + $1.values.count } == 16_509_827 + 5130)
        if let missing { tensors[missing] = nil }
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        let file = folder.path + "/checkpoint.safetensors"
        try SafeTensors.encode(tensors).write(to: URL(filePath: file))
        return file
    }

    @Test func aCheckpointIsReadByKeyName() throws {
        try ModelBuilder.importPublished(
            weights: checkpoint(),
            folder: folder.path + "/model",
            name: "astrom3-clip-all",
            version: "1",
            statistics: ["pmra": (-1.5, 12), "period": (0.3, 0.9)],
            references: SampleFolder.references()
        )
        let model = try Model(folder: folder.path + "/model")
        #expect(model.manifest.training == .trained)
        #expect(model.manifest.metadata.features.first { $0.name == "pmra" }?.mean == -1.5)
        #expect(model.manifest.photometry.std[4] == 0.9)
        // The same answers as of the weights themselves under the same constants.
        let direct = try Model(
            manifest: model.manifest,
            weights: SafeTensors(SafeTensors.encode(FormulaWeights.tensors(model.manifest))),
            references: model.references
        )
        let records = SampleRecords.mixed(6)
        #expect(
            model.infer(records, workspace: InferenceWorkspace(model))
                == direct.infer(records, workspace: InferenceWorkspace(direct))
        )
    }

    @Test func aMissingTensorIsNamed() throws {
        let name = "photometry_encoder.encoder.attn_layers.5.attention.key_projection.bias"
        let file = try checkpoint(without: name)
        let error = #expect(throws: ModelError.self) {
            try ModelBuilder.importPublished(weights: file, folder: folder.path, name: "x", version: "1")
        }
        #expect(error == .tensor(name: name, expected: [128], found: nil))
    }

    @Test func aCheckpointWithoutAHeadEmbedsAndNeverDecides() throws {
        var tensors = FormulaWeights.tensors(GoldenVectors.manifest(.published))
        (tensors["fc.weight"], tensors["fc.bias"]) = (nil, nil)
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        let file = folder.path + "/clip.safetensors"
        try SafeTensors.encode(tensors).write(to: URL(filePath: file))
        let hasHead = try ModelBuilder.importPublished(
            weights: file,
            folder: folder.path + "/model",
            name: "x",
            version: "1"
        )
        #expect(try !hasHead && Model(folder: folder.path + "/model").manifest.training == .untrained)
    }

    @Test func statisticsAreReadByColumnAndRefusedByColumn() throws {
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        let file = folder.path + "/info.json"
        func statistics(_ text: String) throws -> ModelBuilder.Statistics {
            try Data(text.utf8).write(to: URL(filePath: file))
            return try ModelBuilder.statistics(info: file)
        }
        let known = try statistics(#"{"all_cols": ["pmra", "period"], "mean": [1.5, 2], "std": [3, 0.5], "x": null}"#)
        #expect(known["pmra"]?.mean == 1.5 && known["period"]?.std == 0.5)
        for (text, reason) in [
            (#"{"all_cols": ["a"], "mean": [1, 2], "std": [1]}"#, "three lists of one length"),
            (#"{"all_cols": ["a"], "mean": [1], "std": [0]}"#, "column 1 needs a name"),
            ("{", "cannot be read"),
        ] {
            let error = #expect(throws: ModelError.self) { _ = try statistics(text) }
            #expect("\(error.map { "\($0)" } ?? "")".contains(reason))
        }
    }
}
