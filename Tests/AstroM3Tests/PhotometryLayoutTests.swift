import FoundationEssentials
import ModelSupport
import Tensor
import Testing

@testable import AstroM3

/// Every layout of the photometry encoder: what it computes, and how `model.json` tells it.
@Suite struct PhotometryLayoutTests {
    static let cases = PhotometryLayout.all.flatMap { layout in DispatchLevel.available.map { (layout, $0) } }

    /// Two layers of width 64.
    private func manifest(_ layout: PhotometryLayout) -> ModelManifest {
        var manifest = SampleFolder.smallManifest()
        manifest.architecture.layers = 2
        manifest.architecture.modelWidth = 64
        manifest.architecture.feedForwardWidth = 96
        return layout.applied(to: manifest)
    }

    @Test(arguments: cases)
    func anEmbeddingEqualsPlainSumsInDoublePrecision(layout: PhotometryLayout, level: DispatchLevel) throws {
        let manifest = manifest(layout)
        var tensors = FormulaWeights.tensors(manifest)
        // Large scores, so that the softmax is far from flat and its scale shows.
        for (name, array) in tensors where name.contains("query_projection") {
            tensors[name] = ShapedArray(shape: array.shape, values: array.values.map { 8 * $0 })
        }
        let model = try ModelBuilder.model(manifest, weights: tensors, kernels: #require(Kernels(level: level)))
        let plain = PlainPhotometryEncoder(manifest: manifest, tensors: tensors)
        let (channels, size) = (manifest.photometry.channels.count, manifest.architecture.embedding)
        // The longest passes through the layers in two blocks.
        let lengths = [130, 1, 7, 2]
        let curves = lengths.map { length in
            let values = FormulaWeights.values("curve of \(length)", count: length * channels, scale: 2)
            return stride(from: 0, to: values.count, by: channels).map { Array(values[$0..<$0 + channels]) }
        }
        let rows = lengths.map(model.photometry.inputRows(forPoints:)).reduce(0, +)
        let (input, output) = (AlignedFloats(count: rows * channels), AlignedFloats(count: lengths.count * size))
        let memory = PhotometryMemory(architecture: manifest.architecture)
        defer { withExtendedLifetime((input, output, memory)) {} }
        // What stands beside the points, and what was computed before, must not count.
        input.pointer.update(repeating: 7, count: rows * channels)
        memory.reserve(tokens: lengths.reduce(0, +), curves: lengths.count, longest: 130)
        memory.tokens.pointer.update(repeating: .nan, count: lengths.reduce(0, +) * 64)
        var row = input.pointer
        for curve in curves {
            for (place, value) in curve.joined().enumerated() { row[channels + place] = value }
            row += model.photometry.inputRows(forPoints: curve.count) * channels
        }
        model.photometry.embed(
            input: input.pointer,
            lengths: lengths,
            constants: input.pointer,
            memory: memory,
            embeddings: output.pointer
        )
        for (place, curve) in curves.enumerated() {
            let expected = plain.embedding(curve.map { $0.map(Double.init) })
            let errors = expected.indices.map { abs(Double(output.pointer[place * size + $0]) - expected[$0]) }
            #expect((errors.max() ?? 1) < 2e-5, "\(curve.count) points: \(errors.max() ?? 1)")
        }
    }

    @Test(arguments: PhotometryLayout.all)
    func anAnswerDoesNotDependOnItsBatch(layout: PhotometryLayout) throws {
        let model = try ModelBuilder.untrained(manifest(layout))
        let records = SampleRecords.mixed(24)
        let workspace = InferenceWorkspace(model)
        let together = model.infer(records, workspace: workspace)
        for (record, expected) in zip(records, together) {
            #expect(model.infer([record], workspace: workspace) == [expected])
        }
    }

    @Test(arguments: PhotometryLayout.all)
    func whatAManifestSaysOfItsLayoutIsReadAgain(layout: PhotometryLayout) throws {
        let folder = SampleFolder()
        let manifest = manifest(layout)
        try ModelBuilder.create(folder: folder.path, manifest: manifest, references: SampleFolder.references())
        let model = try Model(folder: folder.path)
        #expect(model.manifest.architecture == manifest.architecture)
        #expect(model.manifest.photometry == manifest.photometry)
        let records = SampleRecords.mixed(8)
        let made = try ModelBuilder.untrained(manifest)
        let answers = [model, made].map { $0.infer(records, workspace: InferenceWorkspace($0)) }
        #expect(answers[0].map(\.embedding) == answers[1].map(\.embedding))
    }

    @Test func aManifestThatSaysNothingOfTheLayoutHasThePublishedOne() throws {
        let manifest = SampleFolder.smallManifest()
        let text = String(decoding: try ManifestFile.encode(manifest), as: UTF8.self)
        let keys = ",\n    \"norm\" : \"after\",\n    \"tokens\" : \"convolution\""
        #expect(text.contains(keys))
        let old = try ManifestFile.parse(Data(text.replacing(keys, with: "").utf8))
        #expect(old.architecture == manifest.architecture && old.photometry == manifest.photometry)
        #expect(old.architecture.tokens == .convolution && old.architecture.norm == .after)
    }

    @Test func whatNoModelCanHaveIsRefused() {
        func message(_ variant: ModelManifest.Variant, _ change: (inout ModelManifest) -> Void) -> String {
            var manifest = ModelBuilder.defaults(name: "m", version: "1", seed: 1, variant: variant, layers: 1)
            change(&manifest)
            do { try manifest.validate() } catch { return error.description }
            return ""
        }
        for (heads, isRight) in [(1, false), (2, false), (3, false), (4, true), (5, false), (8, true), (16, false)] {
            let found = message(.streaming) { $0.architecture.heads = heads }
            #expect(found.isEmpty == isRight, "\(heads): \(found)")
        }
        #expect(
            message(.streaming) { $0.architecture.heads = 2 }
                == "model.json: architecture.d_model is 128; expected 32 or 64 for 2 heads, at most 1024"
        )
        #expect(
            message(.streaming) { ($0.architecture.heads, $0.architecture.modelWidth) = (64, 2048) }
                .contains("architecture.d_model is 2048")
        )
        #expect(message(.published) { _ in }.isEmpty)
        #expect(
            message(.published) { $0.architecture.heads = 8 }.contains("expected 256 for 8 heads")
        )
        #expect(
            message(.published) { $0.architecture.tokens = .perceptron }
                == "model.json: architecture.tokens is perceptron; expected convolution for the variant published"
        )
        #expect(
            message(.published) { $0.architecture.norm = .before }
                == "model.json: architecture.norm is before; expected after for the variant published"
        )
        #expect(
            message(.published) { $0.photometry.positionalEncoding = .none }.hasPrefix(
                "model.json: photometry.positionalEncoding is none; expected sinusoid-by-index"
            )
        )
    }

    /// Of a perceptron's tensors the names, shapes and starts; what both layouts have begins alike.
    @Test func aSeedGivesEachTokenMapItsWeights() throws {
        var layout = PhotometryLayout.stars
        let perceptron = manifest(layout)
        layout.tokens = .convolution
        let convolution = manifest(layout)
        let (weights, others) = (
            Network(perceptron).initialWeights(seed: 3), Network(convolution).initialWeights(seed: 3)
        )
        let channels = perceptron.photometry.channels.count
        let name = "photometry_encoder.enc_embedding.value_embedding"
        let expected: [String: ([Int], inputs: Int)] = [
            "\(name).0.weight": ([64, channels], channels), "\(name).0.bias": ([64], channels),
            "\(name).2.weight": ([64, 64], 64), "\(name).2.bias": ([64], 64),
        ]
        for (name, (shape, inputs)) in expected {
            let array = try #require(weights[name])
            let bound = 1 / Float(inputs).squareRoot()
            #expect(array.shape == shape && others[name] == nil)
            #expect(array.values.allSatisfy { abs($0) <= bound } && (array.values.map(abs).max() ?? 0) > 0.8 * bound)
        }
        #expect(
            Set(weights.keys).symmetricDifference(others.keys) == Set(expected.keys).union(["\(name).tokenConv.weight"])
        )
        for (name, array) in weights where expected[name] == nil {
            #expect(others[name]?.values == array.values, "\(name)")
        }
    }

    @Test func everyParameterOfAPerceptronIsAskedForAndRead() throws {
        let manifest = manifest(.stars)
        let parameters = Network(manifest).photometry.tokens.parameters
        #expect(parameters.count == 4)
        for parameter in parameters {
            var weights = Network(manifest).initialWeights(seed: 7)
            weights[parameter.name]?.values[0] = .nan
            let error = #expect(throws: ModelError.self) { try ModelBuilder.model(manifest, weights: weights) }
            #expect(error?.description.contains("\(parameter.name) holds values that are not finite") == true)
            weights[parameter.name] = nil
            #expect(throws: ModelError.tensor(name: parameter.name, expected: parameter.shape, found: nil)) {
                try ModelBuilder.model(manifest, weights: weights)
            }
        }
        let name = "photometry_encoder.enc_embedding.value_embedding.tokenConv.weight"
        #expect(throws: ModelError.unknownTensor(name: name, shape: [64, 12, 3])) {
            var weights = Network(manifest).initialWeights(seed: 7)
            weights[name] = ShapedArray(shape: [64, 12, 3], values: Array(repeating: 0, count: 64 * 36))
            _ = try ModelBuilder.model(manifest, weights: weights)
        }
    }
}
