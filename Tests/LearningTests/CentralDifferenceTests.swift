@testable import AstroM3
import Sky
import Tensor
import Testing

@testable import Learning

/// Every gradient against central differences in double precision, on networks small enough to try many numbers.
@Suite struct CentralDifferenceTests {
    /// A network of two small layers on few channels, with every kind of layer in it.
    static let manifest: ModelManifest = {
        var manifest = ModelBuilder.defaults(name: "small", version: "1", seed: 1, variant: .streaming, layers: 2)
        manifest.architecture = Architecture(layers: 2, modelWidth: 32, heads: 1, feedForwardWidth: 16, embedding: 12)
        manifest.spectrum?.points = SpectrumEncoder.minimumPoints + 3
        return manifest
    }()

    /// Six objects of which some lack a modality, and two share a spectrum.
    static func input() -> NetworkInput<Double> {
        var generator = Numbers(5)
        var input = NetworkInput<Double>()
        input.objects = 6
        input.lengths = [3, 1, 5, 2, 4]
        input.photometryObjects = [0, 1, 2, 4, 5]
        input.spectrumObjects = [0, 1, 3, 5]
        input.spectrumIdentities = [7, 8, 7, 9]
        input.metadataObjects = [0, 2, 3, 4, 5]
        let channels = manifest.photometry.channels.count
        input.photometry = generator.list(input.lengths.reduce(0, +) * channels)
        input.spectra = generator.list(4 * (manifest.spectrum?.points ?? 0) * 3)
        input.metadata = generator.list(5 * manifest.metadata.width)
        return input
    }

    @Test func theTrimodalLossAndAllEncoders() {
        CentralDifferences.check(TrainedNetwork(Self.manifest, tensors: [:]), Self.input(), atLeast: 300)
    }

    /// Light curves that pass through a layer in several groups, longer than what attention holds at once.
    private static func longInput() -> NetworkInput<Double> {
        var (input, generator) = (Self.input(), Numbers(29))
        input.lengths = [150, 240, 5, 385, 4]
        input.photometry = generator.list(input.lengths.reduce(0, +) * manifest.photometry.channels.count)
        return input
    }

    @Test(arguments: [Architecture.NormPlacement.after, .before])
    func longLightCurvesInSeveralGroups(norm: Architecture.NormPlacement) {
        #expect(TokenGroup.groups(Self.longInput().lengths).map(\.rows) == [390, 390, 4])
        var manifest = Self.manifest
        manifest.architecture.norm = norm
        let network = TrainedNetwork<Double>(manifest, tensors: [:])
        CentralDifferences.check(network, Self.longInput(), of: "photometry_encoder", places: 3, atLeast: 60)
    }

    /// The kernels of single precision, in several groups, blocks and tails, against the plain loops in double.
    @Test func gradientsInSinglePrecisionAreThoseInDouble() {
        let exact = TrainedNetwork<Double>(Self.manifest, tensors: [:])
        let single = TrainedNetwork<Float>(Self.manifest, tensors: [:])
        let long = Self.longInput()
        var input = NetworkInput<Float>()
        (input.objects, input.lengths, input.photometryObjects) = (long.objects, long.lengths, long.photometryObjects)
        (input.spectrumObjects, input.spectrumIdentities) = (long.spectrumObjects, long.spectrumIdentities)
        input.metadataObjects = long.metadataObjects
        input.photometry = long.photometry.map(Float.init)
        input.spectra = long.spectra.map(Float.init)
        input.metadata = long.metadata.map(Float.init)
        #expect(abs(single.step(input) - exact.step(long)) < 1e-5)
        for parameter in exact.layout.parameters {
            let range = exact.layout.range(of: parameter)
            let found = single.gradients.values(range.upperBound)[range]
            let expected = exact.gradients.values(range.upperBound)[range]
            let largest = expected.map(abs).max() ?? 0
            let apart = zip(found, expected).map { abs(Double($0) - $1) }.max() ?? 0
            #expect(apart < 1e-3 * largest + 1e-5, "\(parameter.name): \(apart) of \(largest)")
        }
    }

    /// With constants of light curves, of which one is seen by them alone, what a step drops, and labels of leaves and inner
    /// nodes, of which one object has none and one is told from a single modality.
    @Test(arguments: [false, true]) func constantsAndDropoutAndTheFusedClassification(fusesInputs: Bool) {
        var manifest = Self.manifest
        manifest.architecture.fusesInputs = fusesInputs
        manifest.photometry.constants = ["a", "b"].map {
            MetadataInput.Feature(name: $0, transform: .raw, mean: 0, std: 1, edges: [-1, 0, 1])
        }
        var input = Self.input()
        var generator = Numbers(23)
        input.constants = generator.list(input.lengths.count * manifest.photometry.constantsInput.width)
        input.constantsOnly = [false, false, true, false, false]
        input.noise = 77
        let classes = manifest.taxonomy.classes.count
        input.labels = [0, 1, -1, 2, 0, 3]
        input.fused = [[.photometry], .all, .all, [.spectrum, .metadata], .all, [.photometry, .metadata]]
        let loss = ClassificationLoss(leaves: [[0], [1], [2, 3, 4], Array(0..<classes - 1)])
        let network = TrainedNetwork<Double>(manifest, tensors: [:], classification: loss, dropout: 0.3)
        CentralDifferences.check(network, input, atLeast: 250)
    }

    /// Labels of leaves and of inner nodes, weights, a shift of the logits and smoothing.
    @Test func theClassificationLoss() {
        var loss = ClassificationLoss(leaves: [[0], [1], [2, 3], [0, 1, 2, 3]], weights: [1, 2, 0.5, 1])
        loss.shift = [0.1, -0.2, 0, 0.4]
        loss.smoothing = 0.05
        let labels = [0, 1, 2, 3, 2]
        var generator = Numbers(3)
        let logits: [Double] = generator.list(labels.count * 4)
        func value(_ logits: [Double]) -> Double {
            var copy = logits
            return loss.apply(&copy, classes: 4, labels: labels, factor: 1.5)
        }
        var gradient = logits
        _ = loss.apply(&gradient, classes: 4, labels: labels, factor: 1.5)
        for place in logits.indices {
            var (above, below) = (logits, logits)
            above[place] += 1e-6
            below[place] -= 1e-6
            #expect(abs(gradient[place] - (value(above) - value(below)) / 2e-6) < 1e-8, "\(place)")
        }
    }

    /// A label that allows every class says nothing: only smoothing moves it.
    @Test func aLabelOfTheWholeTreeTrainsNothing() {
        let loss = ClassificationLoss(leaves: [[0, 1, 2]])
        var logits = [0.3, -1, 2]
        #expect(abs(loss.apply(&logits, classes: 3, labels: [0])) < 1e-15)
        #expect(logits.allSatisfy { abs($0) < 1e-15 })
    }
}

/// Numbers for tests, the same in each run, uniform in (-1, 1).
struct Numbers {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 2_862_933_555_777_941_757 &+ 3_037_000_493 }

    private mutating func step() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }

    mutating func list<Scalar: BinaryFloatingPoint>(_ count: Int) -> [Scalar] {
        (0..<count).map { _ in Scalar(Double(step()) / 1_073_741_824 - 1) }
    }

    mutating func index(below count: Int) -> Int { Int(step()) % count }
}

extension ModalitySet {
    /// All three.
    static let all: ModalitySet = [.photometry, .spectrum, .metadata]
}
