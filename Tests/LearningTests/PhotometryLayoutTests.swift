@testable import AstroM3
import ModelSupport
import Sky
import Tensor
import Testing

@testable import Learning

/// Every layout of the photometry encoder: its gradients, and what it gives against inference.
@Suite struct PhotometryLayoutTests {
    /// Two small layers, with constants of the light curve.
    private func manifest(_ layout: PhotometryLayout) -> ModelManifest {
        var manifest = CentralDifferenceTests.manifest
        manifest.photometry.constants = ["a", "b"].map {
            MetadataInput.Feature(name: $0, transform: .raw, mean: 0, std: 1, edges: [-1, 0, 1])
        }
        return layout.applied(to: manifest)
    }

    /// Light curves and metadata, with constants.
    private func input(_ manifest: ModelManifest) -> NetworkInput<Double> {
        var input = CentralDifferenceTests.input()
        (input.spectra, input.spectrumObjects, input.spectrumIdentities) = ([], [], [])
        var generator = Numbers(23)
        input.constants = generator.list(input.lengths.count * manifest.photometry.constantsInput.width)
        return input
    }

    /// Of both losses, with a light curve that is seen by its constants alone, and with dropout: the same noise drops the same in
    /// each evaluation.
    @Test(arguments: PhotometryLayout.all)
    func gradientsEqualCentralDifferences(layout: PhotometryLayout) {
        let manifest = manifest(layout)
        var input = input(manifest)
        input.constantsOnly = [false, false, true, false, false]
        input.labels = [0, 1, -1, 2, 0, 3]
        let loss = ClassificationLoss(leaves: [[0], [1], [2, 3, 4], [5]])
        let network = TrainedNetwork<Double>(manifest, tensors: [:], classification: loss, dropout: 0.3)
        let without = network.value(input)
        input.noise = 77
        #expect(network.value(input) != without)
        CentralDifferences.check(network, input, of: "photometry", places: 4, atLeast: 120)
    }

    @Test(arguments: PhotometryLayout.all)
    func embeddingsEqualThoseOfInference(layout: PhotometryLayout) throws {
        var manifest = manifest(layout)
        manifest.architecture.feedForwardWidth = 64
        manifest.architecture.embedding = 32
        manifest.photometry.constants = LightCurveConstants.names.prefix(2).map {
            MetadataInput.Feature(name: $0, transform: .raw, mean: 0, std: 1, edges: [-1, 0, 1])
        }
        let tensors = FormulaWeights.tensors(manifest)
        let model = try ModelBuilder.model(manifest, weights: tensors)
        let lengths = [200, 3, 1, 40]
        let (channels, size) = (manifest.photometry.channels.count, manifest.architecture.embedding)
        var generator = Numbers(31)
        var input = NetworkInput<Float>()
        (input.objects, input.lengths, input.photometryObjects) = (4, lengths, Array(0..<4))
        input.photometry = generator.list(lengths.reduce(0, +) * channels)
        input.constants = generator.list(4 * manifest.photometry.constantsInput.width)
        let found = TrainedNetwork<Float>(manifest, tensors: tensors).embed(input)[0]
        let rows = lengths.map(model.photometry.inputRows(forPoints:)).reduce(0, +)
        let (points, embeddings) = (AlignedFloats(count: rows * channels), AlignedFloats(count: 4 * size))
        let memory = PhotometryMemory(architecture: manifest.architecture)
        defer { withExtendedLifetime((points, embeddings, memory)) {} }
        var (row, first) = (points.pointer, 0)
        for length in lengths {
            for place in 0..<length * channels { row[channels + place] = input.photometry[first + place] }
            row += model.photometry.inputRows(forPoints: length) * channels
            first += length * channels
        }
        model.photometry.embed(
            input: points.pointer,
            lengths: lengths,
            constants: input.constants,
            memory: memory,
            embeddings: embeddings.pointer
        )
        let error = found.indices.map { abs(found[$0] - embeddings.pointer[$0]) }.max() ?? .infinity
        #expect(found.count == 4 * size && error < 1e-4, "\(error)")
    }

    /// The layout of the measured recipe for stars learns labels by heart, with dropout, on two threads.
    @Test func theLayoutOfTheStarsLearns() throws {
        let manifest = manifest(.stars)
        var settings = Trainer.Settings()
        settings.rate = LearningRate(peak: 1e-2, warmUp: 0.1, isCosine: true)
        settings.steps = 150
        settings.contrastive = 0
        settings.classification = ClassificationLoss(leaves: (0..<4).map { [$0] })
        settings.dropout = 0.1
        var batch = TrainerTests.batch()
        (batch.spectra, batch.spectrumObjects, batch.spectrumIdentities) = ([], [], [])
        (batch.metadata, batch.metadataObjects) = ([], [])
        batch.labels = (0..<12).map { batch.photometryObjects.contains($0) ? $0 % 4 : -1 }
        var generator = Numbers(3)
        batch.constants = generator.list(batch.lengths.count * manifest.photometry.constantsInput.width)
        let trainer = Trainer(manifest, weights: [:], settings, threads: 2)
        var losses: [Double] = []
        for step in 0..<150 {
            batch.noise = UInt64(step)
            losses.append(try trainer.step(batch).loss)
        }
        #expect(losses[0] > 1.5 && losses[149] < 0.2 * losses[0], "\(losses[0]), \(losses[149])")
    }
}
