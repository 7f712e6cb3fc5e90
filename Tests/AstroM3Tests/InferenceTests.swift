import Sky
import Tensor
import Testing

@testable import AstroM3

/// What a model answers, and that it answers the same in any company.
@Suite struct InferenceTests {
    private func model(_ manifest: ModelManifest = SampleFolder.smallManifest()) throws -> Model {
        try ModelBuilder.untrained(manifest)
    }

    @Test(arguments: DispatchLevel.available)
    func packedEqualsOneByOne(level: DispatchLevel) throws {
        let model = try ModelBuilder.untrained(
            SampleFolder.smallManifest(),
            kernels: #require(Kernels(level: level))
        )
        let records = SampleRecords.mixed(100)
        let together = model.infer(records, workspace: InferenceWorkspace(model))
        let workspace = InferenceWorkspace(model)
        let apart = records.map { model.infer([$0], workspace: workspace)[0] }
        // Not only close: every result is summed in the same order whatever stands beside it.
        #expect(together == apart)
    }

    @Test func answersDoNotDependOnTheOrderOfABatch() throws {
        let model = try model()
        let records = SampleRecords.mixed(64)
        let forwards = model.infer(records, workspace: InferenceWorkspace(model))
        let backwards = model.infer(records.reversed(), workspace: InferenceWorkspace(model))
        #expect(forwards == backwards.reversed())
    }

    @Test func theWholeNetworkIsIndependentOfTheBatch() throws {
        let manifest = ModelBuilder.defaults(name: "m", version: "1", seed: 3, variant: .streaming, layers: 2)
        let model = try model(manifest)
        let records = SampleRecords.mixed(40)
        let workspace = InferenceWorkspace(model)
        let together = model.infer(records, workspace: workspace)
        for (record, expected) in zip(records, together) {
            #expect(model.infer([record], workspace: workspace) == [expected])
        }
    }

    @Test func thePublishedVariantAnswersToo() throws {
        let manifest = ModelBuilder.defaults(name: "p", version: "1", seed: 3, variant: .published, layers: 1)
        let model = try model(manifest)
        let records = SampleRecords.mixed(9)
        let workspace = InferenceWorkspace(model)
        let answers = model.infer(records, workspace: workspace)
        #expect(answers.map(\.modalities.points) == [8, 1, 0, 33, 200, 15, 2, 64, 8])
        #expect(answers == records.map { model.infer([$0], workspace: workspace)[0] })
        #expect(answers[0].classification.probabilities.count == Taxonomy.published.nodes.count)
    }

    @Test func embeddingsAreUnitAndFused() throws {
        let model = try model()
        let record = SampleRecords.record(
            points: 9,
            seed: 1,
            spectrum: SampleRecords.spectrum(seed: 2),
            metadata: SampleRecords.metadata(seed: 3)
        )
        let answer = model.infer([record], workspace: InferenceWorkspace(model))[0]
        let parts = [answer.photometryEmbedding, answer.spectrumEmbedding, answer.metadataEmbedding].compactMap(\.self)
        try #require(parts.count == 3)
        #expect(answer.modalitySet == [.photometry, .spectrum, .metadata])
        #expect(answer.modalities == Modalities(points: 9, spectrumId: 2, metadataFeatures: 34))
        let mean = (0..<32).map { i in (parts[0][i] + parts[1][i] + parts[2][i]) / 3 }
        let length = mean.map { $0 * $0 }.reduce(0, +).squareRoot()
        for (value, expected) in zip(answer.embedding, mean) { #expect(abs(value - expected / length) < 1e-6) }
        for part in parts + [answer.embedding] {
            #expect(abs(part.map { $0 * $0 }.reduce(0, +) - 1) < 1e-5)
        }
        #expect(answer.newSpectrumEmbedding == answer.spectrumEmbedding)
        #expect(answer.newMetadataEmbedding == answer.metadataEmbedding)
    }

    @Test func storedEmbeddingsAreUsedAndNotComputedAgain() throws {
        let model = try model()
        let workspace = InferenceWorkspace(model)
        var record = SampleRecords.record(
            points: 4,
            seed: 1,
            spectrum: SampleRecords.spectrum(seed: 2),
            metadata: SampleRecords.metadata(seed: 3)
        )
        let first = model.infer([record], workspace: workspace)[0]
        record.spectrum = Spectrum(id: 2, wavelength: [], flux: [], embedding: first.newSpectrumEmbedding)
        record.metadata?.embedding = first.newMetadataEmbedding
        var second = model.infer([record], workspace: workspace)[0]
        #expect(second.newSpectrumEmbedding == nil)
        #expect(second.newMetadataEmbedding == nil)
        second.newSpectrumEmbedding = first.newSpectrumEmbedding
        second.newMetadataEmbedding = first.newMetadataEmbedding
        #expect(second == first)
        // One that another model made is computed anew.
        record.metadata?.embedding = [1, 2, 3]
        #expect(model.infer([record], workspace: workspace)[0].newMetadataEmbedding == first.newMetadataEmbedding)
    }

    @Test func nothingUsableIsAUniformUndecidedAnswer() throws {
        let model = try model(SampleFolder.smallManifest(.trained))
        var record = SampleRecords.record(points: 3, seed: 1, metadata: Metadata([:]))
        for i in record.lightCurve.points.indices {
            record.lightCurve.points[i].flux = .nan
            record.lightCurve.points[i].totalFlux = .infinity
        }
        let answer = model.infer([record], workspace: InferenceWorkspace(model))[0]
        #expect(answer.modalitySet.isEmpty)
        #expect(answer.embedding.isEmpty)
        #expect(answer.modalities == Modalities(points: 0))
        #expect(answer.classification.decision == nil)
        #expect(answer.classification.logits == [0, 0, 0])
        let leaves = answer.classification.probabilities.filter { $0.node != "Star" }.map(\.probability)
        for leaf in leaves { #expect(abs(leaf - 1 / 3) < 1e-6) }
        #expect(abs(answer.classification.aleatoric - 1.0986123) < 1e-5)
    }

    @Test func aLightCurveWithoutPointsLeavesTheOtherModalities() throws {
        let model = try model()
        let record = SampleRecords.record(points: 0, seed: 1, metadata: SampleRecords.metadata(seed: 5))
        let answer = model.infer([record], workspace: InferenceWorkspace(model))[0]
        #expect(answer.modalitySet == .metadata)
        #expect(answer.embedding.count == 32)
        #expect(answer.photometryEmbedding == nil)
    }

    @Test func valuesBeyondAllMeasureDoNotSpread() throws {
        let model = try model()
        let workspace = InferenceWorkspace(model)
        var wild = SampleRecords.record(points: 6, seed: 1, metadata: SampleRecords.metadata(seed: 5))
        wild.lightCurve.points[2].flux = 3e38
        wild.lightCurve.points[3].fluxErr = -1
        wild.lightCurve.points[4].wavelength = .nan
        wild.lightCurve.points[5].totalFlux = -.infinity
        wild.metadata?["e_phot_bp_mean_mag"] = 3e38
        wild.spectrum = Spectrum(wavelength: [4000, 5000, .nan, 6000], flux: [3e38, -3e38, 1, .infinity])
        let calm = SampleRecords.record(points: 6, seed: 2)
        let answers = model.infer([wild, calm], workspace: workspace)
        for value in answers[0].embedding { #expect(value.isFinite) }
        #expect(answers[0].classification.probabilities.allSatisfy { (0...1.0001).contains($0.probability) })
        #expect(answers[1] == model.infer([calm], workspace: workspace)[0])
    }

    /// Encoders that its classes were not learned with say nothing that its head knows.
    @Test(arguments: ["photometry", "photometry+metadata", "photometry+spectrum"])
    func anAnswerRestsOnWhatTheClassesWereLearnedFrom(seen: String) throws {
        var manifest = SampleFolder.smallManifest()
        manifest.modalities = seen
        let model = try model(manifest)
        let workspace = InferenceWorkspace(model)
        let set = try #require(ModalitySet(name: seen))
        let records = SampleRecords.mixed(40)
        let answers = model.infer(records, workspace: workspace)
        #expect(answers.allSatisfy { $0.modalitySet.isSubset(of: set) } && answers.contains { $0.modalitySet == set })
        let stripped = records.map { record in
            var record = record
            if !set.contains(.spectrum) { record.spectrum = nil }
            if !set.contains(.metadata) { record.metadata = nil }
            return record
        }
        #expect(answers == model.infer(stripped, workspace: workspace))
    }

    @Test(arguments: ["", "light", "spectrum", "metadata+spectrum"])
    func aModelThatDoesNotLookAtLightCurvesIsRefused(seen: String) {
        var manifest = SampleFolder.smallManifest()
        manifest.modalities = seen
        let error = #expect(throws: ModelError.self) { try manifest.check() }
        #expect(error.map { String(describing: $0).contains("modalities is \(seen)") } == true)
    }

    @Test func anUntrainedModelNeverDecides() throws {
        var manifest = SampleFolder.smallManifest(.untrained)
        manifest.decision.thresholds = [0.0001]
        let answers = try model(manifest).infer(SampleRecords.mixed(16), workspace: InferenceWorkspace(model(manifest)))
        #expect(answers.allSatisfy { $0.classification.decision == nil && !$0.classification.trained })
    }

    @Test func aTrainedModelDecidesByItsThresholds() throws {
        var manifest = SampleFolder.smallManifest(.trained)
        manifest.decision.thresholds = [0.0001]
        let model = try model(manifest)
        let answers = model.infer(SampleRecords.mixed(16), workspace: InferenceWorkspace(model))
        for answer in answers where !answer.modalitySet.isEmpty {
            let decision = try #require(answer.classification.decision)
            let named = answer.classification.probabilities.first { $0.node == decision.node }
            #expect(named?.probability == decision.probability)
            #expect(decision.path.last == decision.node)
        }
    }

    @Test func alertsWithContextHaveTemperaturesOfTheirOwnWhereTheModelDoes() throws {
        var calibration = Calibration(pointBins: [5], temperatures: ["photometry+metadata": [2, 3]])
        let both: ModalitySet = [.photometry, .metadata]
        #expect(calibration.temperatures(of: both, hasContext: true) == [2, 3])
        calibration.temperatures["photometry+metadata+context"] = [4, 5]
        #expect(calibration.temperatures(of: both, hasContext: true) == [4, 5])
        #expect(calibration.temperatures(of: both, hasContext: false) == [2, 3])
        #expect(calibration.temperatures(of: .photometry, hasContext: true) == [1, 1])
        var manifest = SampleFolder.smallManifest()
        for name in ["photometry+context", "context", "photometry+metadata+contexts"] {
            manifest.calibration = Calibration(pointBins: [5], temperatures: [name: [1, 1]])
            #expect(throws: ModelError.self) { try manifest.check() }
        }
        manifest.calibration = calibration
        try manifest.check()
    }

    @Test func temperaturesGoByModalitiesAndPoints() throws {
        var manifest = SampleFolder.smallManifest()
        manifest.calibration = Calibration(pointBins: [5], temperatures: ["photometry": [1, 1e6]])
        let model = try model(manifest)
        let workspace = InferenceWorkspace(model)
        let few = model.infer([SampleRecords.record(points: 5, seed: 1)], workspace: workspace)[0].classification
        let many = model.infer([SampleRecords.record(points: 6, seed: 1)], workspace: workspace)[0].classification
        #expect(abs(many.aleatoric - 1.0986123) < 1e-5)
        #expect(few.aleatoric < 1.0986)
        #expect(Set(many.logits).count == 3)
    }

    /// With constants of the light curve and features of the alert, as alert models have them.
    @Test(arguments: [false, true])
    func anAlertModelIsIndependentOfTheBatchAndSeesItsConstantsAndContext(fusesInputs: Bool) throws {
        var manifest = SampleFolder.smallManifest()
        manifest.architecture.fusesInputs = fusesInputs
        manifest.photometry.constants = LightCurveConstants.names.prefix(20).map {
            MetadataInput.Feature(name: $0, transform: .raw, mean: 0, std: 1, edges: [-1, 0, 1])
        }
        manifest.metadata = MetadataInput(
            features: ["ref_mag", "gal_b_abs"].map { .init(name: $0, transform: .raw, mean: 0, std: 10) },
            missingFlags: true,
            noneFlags: true
        )
        let model = try model(manifest)
        var records = SampleRecords.mixed(60)
        for place in records.indices where place % 2 == 0 {
            records[place].alert.context.referenceSource = .init(distance: 1, magnitude: 15 + Float(place))
        }
        let workspace = InferenceWorkspace(model)
        let together = model.infer(records, workspace: workspace)
        for (record, expected) in zip(records, together) {
            #expect(model.infer([record], workspace: workspace) == [expected])
        }
        // The alert alone gives metadata, and nothing of it is kept beside a catalogue's row.
        #expect(together.allSatisfy { $0.modalitySet.contains(.metadata) && $0.newMetadataEmbedding == nil })
        var other = records[0]
        other.alert.context.referenceSource?.magnitude = 11
        #expect(model.infer([other], workspace: workspace)[0].metadataEmbedding != together[0].metadataEmbedding)
        let place = try #require(together.firstIndex { $0.photometryEmbedding != nil })
        var longer = records[place]
        longer.lightCurve.points.insert(longer.lightCurve.points[0], at: 0)
        longer.lightCurve.points[0].mjd -= 3
        let answers = model.infer([records[place], longer], workspace: workspace)
        #expect(answers[0].photometryEmbedding != answers[1].photometryEmbedding)
    }

    @Test func aModelOfLightCurvesAloneLooksAtNothingElse() throws {
        var manifest = SampleFolder.smallManifest()
        manifest.spectrum = nil
        manifest.metadata = MetadataInput(features: [], missingFlags: true)
        manifest.photometry.constants = LightCurveConstants.names.map {
            MetadataInput.Feature(name: $0, transform: .raw, mean: 0, std: 1, edges: [-1, 0, 1])
        }
        let model = try model(manifest)
        let records = SampleRecords.mixed(60)
        let workspace = InferenceWorkspace(model)
        let answers = model.infer(records, workspace: workspace)
        #expect(answers.contains { $0.modalitySet == [.photometry] })
        #expect(answers.allSatisfy { $0.modalitySet.isSubset(of: [.photometry]) })
        for (record, expected) in zip(records, answers) {
            var bare = record
            (bare.spectrum, bare.metadata) = (nil, nil)
            #expect(model.infer([bare], workspace: workspace) == [expected])
        }
        #expect(try ManifestFile.decode(ManifestFile.encode(manifest)).spectrum == nil)
    }
}
