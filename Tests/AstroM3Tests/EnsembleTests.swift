import Foundation
import Sky
import Tensor
import Testing

@testable import AstroM3

/// A model of several networks answers by the mean of their logits, and says how far they disagree.
@Suite struct EnsembleTests {
    private func manifest(_ members: Int, fuses: Bool = false) -> ModelManifest {
        var manifest = SampleFolder.smallManifest(.trained)
        manifest.architecture.members = members
        manifest.architecture.fusesInputs = fuses
        manifest.calibration.temperatures = ["photometry": manifest.calibration.pointBins.map { _ in 0.5 } + [0.5]]
        return manifest
    }

    /// Weights of single networks, and the model of all of them.
    private func models(_ members: Int, fuses: Bool = false) throws -> (apart: [Model], together: Model) {
        let single = manifest(1, fuses: fuses)
        let weights = (0..<members).map { Network(single).initialWeights(seed: UInt64(10 + $0)) }
        let apart = try weights.map { try ModelBuilder.model(single, weights: $0) }
        let joined = MemberWeights.joined(weights)
        return (apart, try ModelBuilder.model(manifest(members, fuses: fuses), weights: joined))
    }

    private func softmax(_ logits: [Float], _ temperature: Float) -> [Double] {
        let values = logits.map { exp(Double($0) / Double(temperature)) }
        return values.map { $0 / values.reduce(0, +) }
    }

    private func entropy(_ values: [Double]) -> Double { values.reduce(0) { $0 - $1 * log($1) } }

    @Test(arguments: [false, true])
    func theAnswerIsTheMeanOfTheMembers(fuses: Bool) throws {
        let (apart, together) = try models(3, fuses: fuses)
        let records = SampleRecords.mixed(24)
        let own = apart.map { $0.infer(records, workspace: InferenceWorkspace($0)) }
        let answers = together.infer(records, workspace: InferenceWorkspace(together))
        for (place, answer) in answers.enumerated() {
            let logits = own.map { $0[place].classification.logits }
            for (leaf, value) in answer.classification.logits.enumerated() {
                let mean = logits.reduce(0) { $0 + $1[leaf] } / 3
                #expect(abs(value - mean) <= 1e-6 * max(1, abs(mean)))
            }
            // What is published of embeddings is the first's.
            #expect(answer.embedding == own[0][place].embedding)
            #expect(answer.photometryEmbedding == own[0][place].photometryEmbedding)
            #expect(answer.spectrumEmbedding == own[0][place].spectrumEmbedding)
            #expect(answer.modalities == own[0][place].modalities)
            let temperature: Float = answer.modalitySet == .photometry ? 0.5 : 1
            let each = logits.map { softmax($0, temperature) }
            let aleatoric = each.map(entropy).reduce(0, +) / 3
            let mean = each[0].indices.map { leaf in each.reduce(0) { $0 + $1[leaf] } / 3 }
            #expect(abs(Double(answer.classification.aleatoric) - aleatoric) < 1e-4)
            #expect(abs(Double(answer.classification.epistemic) - (entropy(mean) - aleatoric)) < 1e-4)
            if !answer.modalitySet.isEmpty { #expect(answer.classification.epistemic > 0) }
        }
    }

    @Test func oneNetworkHasNothingToDisagreeWith() throws {
        let (apart, together) = try models(1)
        let records = SampleRecords.mixed(9)
        let answers = together.infer(records, workspace: InferenceWorkspace(together))
        #expect(answers == apart[0].infer(records, workspace: InferenceWorkspace(apart[0])))
        #expect(answers.allSatisfy { $0.classification.epistemic == 0 })
    }

    @Test func whatIsStoredOfASpectrumServesAllMembers() throws {
        let (_, model) = try models(3)
        let workspace = InferenceWorkspace(model)
        var record = SampleRecords.record(points: 4, seed: 1, spectrum: SampleRecords.spectrum(seed: 2))
        let first = model.infer([record], workspace: workspace)[0]
        let size = model.manifest.architecture.embedding
        #expect(first.newSpectrumEmbedding?.count == 3 * size && first.spectrumEmbedding?.count == size)
        record.spectrum?.embedding = first.newSpectrumEmbedding
        var second = model.infer([record], workspace: workspace)[0]
        #expect(second.newSpectrumEmbedding == nil)
        second.newSpectrumEmbedding = first.newSpectrumEmbedding
        #expect(second == first)
        // A single network's, from before: computed anew.
        record.spectrum?.embedding = first.spectrumEmbedding
        #expect(model.infer([record], workspace: workspace)[0] == first)
    }

    @Test func answersDoNotDependOnTheBatch() throws {
        let (_, model) = try models(2, fuses: true)
        let records = SampleRecords.mixed(40)
        let workspace = InferenceWorkspace(model)
        let together = model.infer(records, workspace: workspace)
        #expect(together == records.map { model.infer([$0], workspace: workspace)[0] })
    }

    @Test func eachMembersTensorsMustBeThere() throws {
        let manifest = manifest(2)
        var weights = MemberWeights.initial(manifest)
        #expect(weights["member.1.fc.weight"]?.values != weights["fc.weight"]?.values)
        weights["member.1.fc.weight"] = nil
        #expect(
            throws: ModelError.tensor(
                name: "member.1.fc.weight",
                expected: [manifest.taxonomy.classes.count, 32],
                found: nil
            )
        ) {
            _ = try ModelBuilder.model(manifest, weights: weights)
        }
        weights = MemberWeights.initial(self.manifest(3))
        #expect(throws: ModelError.self) { _ = try ModelBuilder.model(manifest, weights: weights) }
        #expect(throws: ModelError.manifest(field: "architecture.members", value: "0", expected: "1 to 16")) {
            try self.manifest(0).check()
        }
    }
}
