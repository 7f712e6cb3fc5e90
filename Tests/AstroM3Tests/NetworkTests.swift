import ModelSupport
import FoundationEssentials
import Ground
import Sky
import Tensor
import Testing

@testable import AstroM3

/// Layers say once what their parameters are; whatever reads or makes weights goes by that.
@Suite struct NetworkTests {
    private static let manifest = SampleFolder.smallManifest()
    private static let parameters = Network(manifest).parameters

    private func model(_ change: (inout [String: ShapedArray]) -> Void) throws -> Model {
        var weights = Network(Self.manifest).initialWeights(seed: 7)
        change(&weights)
        return try ModelBuilder.model(Self.manifest, weights: weights)
    }

    private func shapes(_ variant: ModelManifest.Variant) -> [String: [Int]] {
        let manifest = GoldenVectors.manifest(variant)
        return Dictionary(uniqueKeysWithValues: Network(manifest).parameters.map { ($0.name, $0.shape) })
    }

    /// By it an untrained model that another network left in a cache is told from this one's.
    @Test func theDigestIsThatOfNamesAndShapes() {
        let digest = ModelBuilder.digest(of: Self.parameters)
        #expect(ModelBuilder.digest(of: Self.parameters.reversed()) == digest)
        #expect(ModelBuilder.digest(of: Self.parameters.dropLast()) != digest)
        var longer = Self.parameters
        longer[0] = Parameter(name: longer[0].name, shape: longer[0].shape + [1], start: longer[0].start)
        #expect(ModelBuilder.digest(of: longer) != digest)
        #expect(ModelBuilder.untrainedDigest(layers: 1) != ModelBuilder.untrainedDigest(layers: 2))
    }

    @Test func thePublishedLayoutHasItsPublishedParameters() {
        let shapes = shapes(.published)
        let count = shapes.values.map { $0.reduce(1, *) }.reduce(0, +)
        // 15,869,827 without the three scales of the loss, and the head's (astrom3.md 2.6).
        #expect(count == 15_869_827 - 3 + 5130)
        #expect(shapes.count == 151)
        #expect(shapes["photometry_encoder.encoder.attn_layers.7.conv1.weight"] == [512, 128, 1])
        #expect(shapes["photometry_encoder.encoder.attn_layers.8.conv1.weight"] == nil)
        #expect(shapes["spectra_proj.weight"] == [512, 1184])
    }

    @Test func aSeedGivesTheWeightsThatItAlwaysGave() throws {
        let manifest = ModelBuilder.defaults(name: "", version: "", seed: 7, variant: .streaming, layers: 1)
        let data = try SafeTensors.encode(Network(manifest).initialWeights(seed: 7))
        // Of `trifid model new --seed 7 --layers 1` before layers declared themselves.
        #expect(
            SHA256.hexadecimal(data) == "3b5f2841bb14b3da3fe14d11416b147e45dafa5535611689b9f4a606e83ee9e8"
        )
    }

    @Test(arguments: parameters)
    func aParameterThatIsMissingIsNamed(parameter: Parameter) {
        #expect(throws: ModelError.tensor(name: parameter.name, expected: parameter.shape, found: nil)) {
            try model { $0[parameter.name] = nil }
        }
    }

    @Test(arguments: parameters)
    func aParameterOfAnotherShapeIsNamed(parameter: Parameter) {
        let found = parameter.shape + [1]
        #expect(throws: ModelError.tensor(name: parameter.name, expected: parameter.shape, found: found)) {
            try model { weights in
                guard let array = weights[parameter.name] else { return }
                weights[parameter.name] = ShapedArray(shape: found, values: array.values)
            }
        }
    }

    /// A parameter that an encoder forgot to take would go by unread: its values would not be looked at.
    @Test(arguments: parameters)
    func everyParameterIsRead(parameter: Parameter) {
        let error = #expect(throws: ModelError.self) {
            try model { $0[parameter.name]?.values[0] = .nan }
        }
        #expect(error?.description.contains("tensor \(parameter.name) holds values that are not finite") == true)
    }

    @Test func aTensorThatIsNoLayersIsNamed() {
        #expect(throws: ModelError.unknownTensor(name: "photometry_encoder.gate.weight", shape: [2])) {
            try model { $0["photometry_encoder.gate.weight"] = ShapedArray(shape: [2], values: [1, 2]) }
        }
    }

    @Test func flagsForMissingFeaturesWidenTheFirstLayerOfTheMetadata() throws {
        var manifest = Self.manifest
        manifest.metadata.missingFlags = true
        #expect(Network(manifest).metadata?.first.inputs == 68)
        let model = try ModelBuilder.untrained(manifest)
        let workspace = InferenceWorkspace(model)
        let row = SampleRecords.record(points: 0, seed: 1, metadata: SampleRecords.metadata(seed: 2))
        var missing = row
        // Its mean: what tells the two apart is the flag alone.
        missing.metadata?["ruwe"] = .nan
        var mean = row
        mean.metadata?["ruwe"] = 0
        let answers = model.infer([missing, mean], workspace: workspace)
        #expect(answers[0].embedding != answers[1].embedding)
        #expect(answers.map(\.modalities.metadataFeatures) == [33, 34])
    }
}
