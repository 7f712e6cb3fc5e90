import Foundation
import Sky
import Testing

@testable import AstroM3

/// Answers for a stream in which classes are otherwise common.
@Suite struct ClassSharesTests {
    private func shares(_ manifest: ModelManifest) -> ClassShares {
        let classes = manifest.taxonomy.classes
        let sum = Double(classes.count * (classes.count + 1) / 2)
        return ClassShares(
            calibrated: Dictionary(uniqueKeysWithValues: classes.map { ($0, 1 / Double(classes.count)) }),
            expected: Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, Double($0 + 1) / sum) }),
            decision: manifest.decision
        )
    }

    /// A model of two networks, and the same for such a stream.
    private func models() throws -> (plain: Model, corrected: Model) {
        var manifest = SampleFolder.smallManifest(.trained)
        let weights = MemberWeights.joined([10, 11].map { Network(manifest).initialWeights(seed: $0) })
        manifest.architecture.members = 2
        manifest.calibration.temperatures = ["photometry": manifest.calibration.pointBins.map { _ in 0.5 } + [0.5]]
        let plain = try ModelBuilder.model(manifest, weights: weights)
        manifest.calibration.shares = shares(manifest)
        return (plain, try ModelBuilder.model(manifest, weights: weights))
    }

    @Test func eachClassCountsAsItsSharesSay() throws {
        let (plain, corrected) = try models()
        let records = SampleRecords.mixed(24)
        let before = plain.infer(records, workspace: InferenceWorkspace(plain))
        let now = corrected.infer(records, workspace: InferenceWorkspace(corrected))
        for (old, new) in zip(before, now) {
            #expect(new.classification.logits == old.classification.logits && new.embedding == old.embedding)
            let leaves = plain.head.leaves(of: old.classification)
            let products = leaves.enumerated().map { Double($1) * Double($0 + 1) }
            let sum = products.reduce(0, +)
            for (value, product) in zip(corrected.head.leaves(of: new.classification), products) {
                // What nothing was seen of stays as likely as all else.
                let wanted = old.modalitySet.isEmpty ? 1 / Double(leaves.count) : product / sum
                #expect(abs(Double(value) - wanted) < 1e-5)
            }
            #expect(new.classification.epistemic >= 0 && new.classification.aleatoric >= 0)
        }
        #expect(zip(before, now).contains { $0.classification.probabilities != $1.classification.probabilities })
    }

    /// Packets are calibrated by packets, whose classes are otherwise common than an archive's objects.
    @Test func whatPacketsTellIsCorrectedFromTheAlertsShares() throws {
        var manifest = SampleFolder.smallManifest(.trained)
        let classes = manifest.taxonomy.classes
        manifest.calibration.shares = shares(manifest)
        manifest.calibration.alertShares = manifest.calibration.shares?.expected
        manifest.calibration.shares?.expectedOfAlerts = manifest.calibration.alertShares
        let logits = [classes.indices.map { Float($0 % 5) }]
        func leaves(_ manifest: ModelManifest, hasContext: Bool) -> [Float] {
            let head = ClassHead(manifest)
            return head.leaves(
                of: head.classification(
                    logits: logits,
                    modalities: [.photometry, .metadata],
                    hasContext: hasContext,
                    points: 3
                )
            )
        }
        var plain = manifest
        plain.calibration.shares = nil
        // The stream is like the alerts: nothing changes for them.
        for (now, before) in zip(leaves(manifest, hasContext: true), leaves(plain, hasContext: true)) {
            #expect(abs(now - before) < 1e-6)
        }
        #expect(leaves(manifest, hasContext: false) != leaves(plain, hasContext: false))
        manifest.calibration.shares?.expectedOfAlerts = nil
        #expect(leaves(manifest, hasContext: true) == leaves(manifest, hasContext: false))
        #expect(throws: ModelError.self) { try manifest.check() }
        manifest.calibration.shares?.expectedOfAlerts = manifest.calibration.alertShares
        try manifest.check()
        manifest.calibration.alertShares = [classes[0]: 1]
        #expect(throws: ModelError.self) { try manifest.check() }
    }

    /// Of features of which a packet knows none nothing is seen: live, as from the archive, it is the light curve's answer.
    @Test func aPacketThatHasFoundNothingIsCorrectedAsItIsStored() throws {
        var manifest = SampleFolder.smallManifest(.trained)
        manifest.metadata = MetadataInput(
            features: [.init(name: "ps_distance", transform: .raw, mean: 0, std: 1)],
            missingFlags: true,
            noneFlags: true
        )
        var shares = shares(manifest)
        shares.expectedOfAlerts = shares.calibrated
        (manifest.calibration.shares, manifest.calibration.alertShares) = (shares, shares.expected)
        let model = try ModelBuilder.untrained(manifest)
        var record = SampleRecords.record(points: 9, seed: 1)
        record.alert.context.searches = [.sources]
        let live = model.infer([record], workspace: InferenceWorkspace(model))[0]
        #expect(live.modalitySet == [.photometry] && !live.hasContext)
        let stored = try #require(model.head.recalibrated(live.classification, points: 9))
        #expect(stored.probabilities == live.classification.probabilities)
    }

    /// What the archive holds is answered for the stream by the logits alone, and back.
    @Test func storedAnswersAreAnsweredAlike() throws {
        let (plain, corrected) = try models()
        let records = SampleRecords.mixed(24)
        let before = plain.infer(records, workspace: InferenceWorkspace(plain))
        let now = corrected.infer(records, workspace: InferenceWorkspace(corrected))
        for ((old, new), record) in zip(zip(before, now), records) where !old.modalitySet.isEmpty {
            let points = record.lightCurve.points.count
            let there = corrected.head.recalibrated(old.classification, points: points)
            let back = plain.head.recalibrated(new.classification, points: points)
            for (answer, wanted) in [(there, new.classification), (back, old.classification)] {
                let probabilities = try #require(answer).probabilities
                #expect(
                    zip(probabilities, wanted.probabilities).allSatisfy {
                        $0.node == $1.node && abs($0.probability - $1.probability) < 1e-5
                    }
                )
                #expect(answer?.decision?.node == wanted.decision?.node)
            }
        }
    }

    @Test func sharesThatNoModelCanHaveAreRefused() throws {
        var manifest = SampleFolder.smallManifest(.trained)
        let good = shares(manifest)
        let name = manifest.taxonomy.classes[0]
        func refusal(_ change: (inout ClassShares) -> Void) -> String {
            var shares = good
            change(&shares)
            manifest.calibration.shares = shares
            do { try manifest.check() } catch { return "\(error)" }
            return ""
        }
        #expect(refusal { _ in } == "")
        #expect(refusal { $0.expected[name] = nil }.contains("calibration.shares.expected"))
        #expect(refusal { $0.calibrated["nowhere"] = 0.1 }.contains("calibration.shares.calibrated"))
        for value in [0, -1, 1.5, .nan, .infinity] {
            #expect(refusal { $0.expected[name] = value }.contains("calibration.shares.expected.\(name)"))
        }
        #expect(refusal { $0.decision.thresholds = [] }.contains("calibration.shares.decision.thresholds"))
        #expect(refusal { for name in $0.expected.keys { $0.expected[name] = 1 } }.contains("add up to 3"))
        #expect(refusal { $0.decision.thresholds = [1] }.contains("the gate below the root"))
        #expect(refusal { $0.expectedOfAlerts = $0.expected }.contains("calibration.shares.expectedOfAlerts"))
        // What nothing says is not written: a model without shares has the checksum that it had.
        manifest.calibration.shares = nil
        #expect(!String(decoding: try JSONEncoder().encode(manifest), as: UTF8.self).contains("\"shares\""))
    }
}
