import AstroM3
import Foundation
import ModelSupport
import Tensor
import Testing

@testable import Learning

@Suite struct TrainerTests {
    /// Labels of a batch that the encoders can learn by heart.
    @Test func theClassificationLearnsItsLabelsAndTheAverageFollowsTheWeights() throws {
        var settings = Trainer.Settings()
        settings.rate = LearningRate(peak: 1e-2, warmUp: 0.1, isCosine: true)
        settings.steps = 240
        settings.contrastive = 0.2
        settings.classification = ClassificationLoss(leaves: (0..<4).map { [$0] })
        settings.dropout = 0.1
        settings.averaging = 0.9
        var batch = Self.batch()
        batch.labels = (0..<12).map { $0 % 4 }
        let trainer = Trainer(Self.manifest, weights: [:], settings, threads: 2)
        var losses: [Double] = []
        for step in 0..<240 {
            batch.noise = UInt64(step)
            losses.append(try trainer.step(batch).classification)
        }
        #expect(losses[0] > 2 && losses[239] < 0.25 * losses[0], "\(losses[0]), \(losses[239])")
        let (weights, averages) = (trainer.weights, trainer.averagedWeights)
        let name = "fc.weight"
        let (last, mean) = (weights[name]?.values ?? [], averages[name]?.values ?? [])
        #expect(zip(last, mean).contains { $0 != $1 } && zip(last, mean).allSatisfy { abs($0 - $1) < 0.1 })
    }

    private static let manifest = CentralDifferenceTests.manifest

    private func trainer(threads: Int, steps: Int = 60, peak: Double = 3e-3) -> Trainer {
        var settings = Trainer.Settings()
        settings.rate = LearningRate(peak: peak, warmUp: 0.1, isCosine: true)
        settings.steps = steps
        settings.clip = 5
        return Trainer(Self.manifest, weights: [:], settings, threads: threads)
    }

    private func averaging(steps: Int) -> Trainer {
        var settings = Trainer.Settings()
        settings.rate = LearningRate(peak: 3e-3, warmUp: 0.1, isCosine: true)
        settings.steps = steps
        settings.averaging = 0.9
        return Trainer(Self.manifest, weights: [:], settings, threads: 2)
    }

    /// Twelve objects; some lack a modality, two share a spectrum.
    static func batch() -> NetworkInput<Float> {
        var generator = Numbers(9)
        var input = NetworkInput<Float>()
        input.objects = 12
        input.photometryObjects = [0, 1, 2, 4, 5, 6, 7, 8, 9, 11]
        input.lengths = [3, 1, 5, 2, 4, 9, 2, 6, 1, 3]
        input.spectrumObjects = [0, 1, 3, 5, 6, 8, 10, 11]
        input.spectrumIdentities = [0, 1, 2, 3, 0, 5, 6, 7]
        input.metadataObjects = [0, 2, 3, 4, 5, 7, 8, 10, 11]
        input.photometry = generator.list(input.lengths.reduce(0, +) * manifest.photometry.channels.count)
        input.spectra = generator.list(input.spectrumObjects.count * (manifest.spectrum?.points ?? 0) * 3)
        input.metadata = generator.list(input.metadataObjects.count * manifest.metadata.width)
        return input
    }

    @Test func theLossFalls() throws {
        let trainer = trainer(threads: 2)
        let batch = Self.batch()
        var losses: [Double] = []
        for _ in 0..<60 { losses.append(try trainer.step(batch).loss) }
        #expect(losses[0] > 8 && losses[59] < 0.4 * losses[0], "\(losses[0]), \(losses[59])")
        #expect(trainer.steps == 60)
    }

    @Test func theSameThreadsGiveTheSameBitsAndOthersTheSameNumbers() throws {
        let batch = Self.batch()
        let runs = [1, 2, 2, 3].map { trainer(threads: $0, steps: 20, peak: 1e-4) }
        var losses = [[Double]](repeating: [], count: runs.count)
        for _ in 0..<20 { for (run, trainer) in runs.enumerated() { losses[run].append(try trainer.step(batch).loss) } }
        #expect(losses[1] == losses[2])
        let (first, second) = (runs[1].weights, runs[2].weights)
        #expect(first.allSatisfy { second[$0.key]?.values.map(\.bitPattern) == $0.value.values.map(\.bitPattern) })
        for other in [1, 3] {
            for (loss, one) in zip(losses[other], losses[0]) { #expect(abs(loss - one) < 1e-3 * one) }
        }
    }

    @Test func whatIsNotANumberStopsTheRunAndKeepsTheWeights() throws {
        let trainer = trainer(threads: 2)
        var batch = Self.batch()
        _ = try trainer.step(batch)
        let before = trainer.weights
        batch.metadata[3] = .nan
        #expect(throws: TrainingError.notFinite(step: 1, what: "the loss (nan)")) { _ = try trainer.step(batch) }
        // What is on disk is older.
        let words = "\(TrainingError.notFinite(step: 1, what: "the loss"))"
        #expect(words.contains("the run's folder keeps what it had at its last look"))
        let after = trainer.weights
        #expect(before.allSatisfy { after[$0.key]?.values == $0.value.values } && trainer.steps == 1)
    }

    @Test func aRunThatIsInterruptedEndsWithTheSameBits() throws {
        let batch = Self.batch()
        let through = averaging(steps: 20)
        for _ in 0..<20 { _ = try through.step(batch) }
        let first = averaging(steps: 20)
        for _ in 0..<8 { _ = try first.step(batch) }
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).safetensors").path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try first.checkpoint.write(to: path)
        let second = averaging(steps: 20)
        try second.resume(from: path)
        #expect(second.steps == 8)
        for _ in 8..<20 { _ = try second.step(batch) }
        let (expected, found) = (through.averagedWeights, second.averagedWeights)
        #expect(expected.allSatisfy { found[$0.key]?.values.map(\.bitPattern) == $0.value.values.map(\.bitPattern) })
    }

    @Test func aCheckpointOfAnotherNetworkOrADamagedOneIsRefused() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).safetensors").path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        try trainer(threads: 1).checkpoint.write(to: path)
        var manifest = Self.manifest
        manifest.architecture.feedForwardWidth = 24
        let other = Trainer(manifest, weights: [:], Trainer.Settings(), threads: 1)
        let name = "weights/photometry_encoder.encoder.attn_layers.0.conv1.weight"
        #expect(
            throws: Checkpoint.Fault.otherNetwork(path: path, tensor: name, expected: [24, 32, 1], found: [16, 32, 1])
        ) {
            try other.resume(from: path)
        }
        let bytes = try Data(contentsOf: URL(filePath: path))
        try bytes.dropLast(100).write(to: URL(filePath: path))
        #expect(throws: Checkpoint.Fault.self) { try trainer(threads: 1).resume(from: path) }
        try Data("steps".utf8).write(to: URL(filePath: path))
        #expect(throws: Checkpoint.Fault.self) { try trainer(threads: 1).resume(from: path) }
    }

    @Test func aCheckpointThatIsNotThereOrBeyondItsBoundIsNotRead() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).safetensors").path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(throws: Checkpoint.Fault.unreadable(path: path, reason: "No such file or directory")) {
            try trainer(threads: 1).resume(from: path)
        }
        try Data().write(to: URL(filePath: path))
        let handle = try FileHandle(forWritingTo: URL(filePath: path))
        try handle.truncate(atOffset: (4 << 30) + 1)
        try handle.close()
        #expect(throws: Checkpoint.Fault.unreadable(path: path, reason: "larger than 4294967296 bytes")) {
            try trainer(threads: 1).resume(from: path)
        }
    }

    /// One number more would be written over the next parameter's, or beyond them all.
    @Test func weightsOfAnotherLengthAreNotWrittenIntoTheOthers() async {
        await #expect(processExitsWith: .failure) {
            let scale = ShapedArray(shape: [2], values: [1, 1])
            let (manifest, settings) = (CentralDifferenceTests.manifest, Trainer.Settings())
            _ = Trainer(manifest, weights: ["logit_scale_mp": scale], settings, threads: 1)
        }
    }

    @Test func aBatchIsCutIntoAllItsObjectsOnce() {
        let batch = Self.batch()
        for count in 1...15 {
            let parts = batch.parts(count)
            #expect(parts.count <= count && parts.reduce(0) { $0 + $1.input.objects } == 12)
            #expect(parts.flatMap(\.input.lengths) == batch.lengths)
            #expect(parts.flatMap(\.input.photometry) == batch.photometry)
            #expect(parts.flatMap(\.input.spectra) == batch.spectra)
            #expect(parts.flatMap(\.input.metadata) == batch.metadata)
            #expect(parts.flatMap(\.input.spectrumIdentities) == batch.spectrumIdentities)
            for part in parts {
                let rows = part.input
                #expect(rows.photometryObjects.allSatisfy { (0..<rows.objects).contains($0) })
                #expect(rows.spectrumObjects.count == rows.spectrumIdentities.count)
            }
        }
        #expect(NetworkInput<Float>().parts(2).isEmpty)
    }
}

/// The reference's ten steps in single precision, on one thread and on two.
@Suite(.enabled(if: GoldenVectors.available, Comment(rawValue: GoldenVectors.skipped)))
struct GoldenTrainerTests {
    @Test(arguments: [1, 2])
    func tenStepsFollowTheReference(threads: Int) throws {
        let manifest = GoldenVectors.manifest(.streaming)
        let trainer = Trainer(
            manifest,
            weights: FormulaWeights.tensors(manifest),
            Trainer.Settings(),
            threads: threads
        )
        for expected in try GoldenVectors.lossCurve() {
            let loss = try trainer.step(.golden()).loss
            #expect(abs(loss - expected) < 1e-3 * expected, "\(loss), \(expected)")
        }
    }
}
