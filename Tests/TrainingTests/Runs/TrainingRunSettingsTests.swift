import AstroM3
import DataSets
import Foundation
import Learning
import Testing

@testable import Training

/// What of a recipe's phase reaches the trainer.
@Suite struct TrainingRunSettingsTests {
    private static let labels = TrainingLabels(
        Taxonomy(
            nodes: [
                .init("transient"), .init("SN-Ia", under: "transient"), .init("SN-II", under: "transient"),
                .init("RRAB"),
            ]
        )
    )

    private static let phase = Recipe.Phase(
        steps: 11,
        batch: 12,
        rate: 0.013,
        warmUp: 0.14,
        cosine: true,
        decay: 0.15,
        decaysVectors: false,
        beta2: 0.916,
        clip: 0.17,
        temperature: 0.18,
        contrastive: 0.19,
        dropout: 0.21,
        fusedDropout: 0.22,
        averaging: 0.923,
        smoothing: 0.24,
        priorShift: 0.25
    )

    private func settings(_ phase: Recipe.Phase, _ kind: TrainingRun.Phase) throws -> Trainer.Settings {
        let set = try TinyDataSet()
        defer { set.remove() }
        // Packets of one fold whose label stands above two leaves.
        let data = try set.changed("objects.csv", ",RRAB,train,0,", ",transient,train,0,")
        let pool = ExamplePool(try ObjectData(data), labels: Self.labels, Recipe.Examples(), .finetuning)
        let nodes = Dictionary(grouping: pool.objects) { data.objects[$0].node }.mapValues(\.count)
        #expect(nodes == ["SN-Ia": 20, "transient": 4, "RRAB": 16])
        return try TrainingRun.settings(phase, kind, Self.labels, data, pool)
    }

    @Test(arguments: [TrainingRun.Phase.pretraining, .finetuning])
    func everyNumberOfAPhaseGoesWhereItBelongs(_ kind: TrainingRun.Phase) throws {
        let settings = try settings(Self.phase, kind)
        #expect(settings.steps == 11 && settings.clip == 0.17 && settings.temperature == 0.18)
        #expect(settings.rate == LearningRate(peak: 0.013, warmUp: 0.14, isCosine: true))
        #expect(settings.optimiser.decay == 0.15 && settings.optimiser.beta2 == 0.916)
        #expect(!settings.optimiser.decaysVectors && settings.contrastive == 0.19)
        #expect(settings.dropout == 0.21 && settings.fusedDropout == 0.22 && settings.averaging == 0.923)
        #expect((settings.classification == nil) == (kind == .pretraining))
        var other = Self.phase
        (other.decaysVectors, other.cosine) = (true, false)
        let changed = try self.settings(other, kind)
        #expect(changed.optimiser.decaysVectors && !changed.rate.isCosine)
    }

    /// Of a label above several leaves each counts a part.
    @Test func labelsAreLearnedWithTheSharesOfTheirLeaves() throws {
        let loss = try #require(try settings(Self.phase, .finetuning).classification)
        #expect(loss.smoothing == 0.24 && loss.leaves == Self.labels.leaves)
        let expected = [22.0 / 40, 2.0 / 40, 16.0 / 40].map { 0.25 * log($0) }
        #expect(loss.shift.count == 3 && zip(loss.shift, expected).allSatisfy { abs($0 - $1) < 1e-12 })
    }

    @Test func nothingIsClippedAveragedOrShiftedWhereARecipeSaysZero() throws {
        var phase = Self.phase
        (phase.clip, phase.averaging, phase.priorShift) = (0, 0, 0)
        let settings = try settings(phase, .finetuning)
        #expect(settings.clip == nil && settings.averaging == nil && settings.classification?.shift == [])
    }
}
