package import AstroM3
internal import Ground
package import Learning
internal import Sky

/// Examples as a step's input: rows by the same preprocessing that inference uses.
package struct InputBuilder: Sendable {
    /// One for each thread that makes rows.
    private let lightCurves: [ThreadConfined<LightCurveInput>]
    private let spectra: SpectrumGrid?
    private let features: MetadataFeatures
    private let width: Int

    package init(_ manifest: ModelManifest, threads: Int, _ periods: PeriodCache) {
        lightCurves = (0..<max(1, threads)).map { _ in
            ThreadConfined(LightCurveInput(manifest.photometry, periods))
        }
        spectra = manifest.spectrum.map { SpectrumGrid(input: $0) }
        features = MetadataFeatures(input: manifest.metadata)
        width = manifest.metadata.width
    }

    /// What one example adds to an input.
    package struct Rows: Sendable {
        var points = 0
        var photometry: [Float] = []
        var constants: [Float] = []
        var spectrum: [Float] = []
        var metadata: [Float] = []
        package var example: Example
    }

    /// Finds the periods that examples are given; nil where the model does not look at them.
    func periods(thread: Int) -> PeriodFinder? {
        let input = lightCurves[thread].value
        return input.needsPeriod ? input.periods : nil
    }

    /// The rows of an example; a modality without anything usable, or that the model does not know, has none.
    package func rows(_ example: Example, thread: Int = 0) -> Rows {
        var rows = Rows(example: example)
        let record = example.record
        let lightCurves = lightCurves[thread].value
        if !record.lightCurve.points.isEmpty {
            // One number at least, so that there is a place to point at.
            var constants = [Float](repeating: 0, count: max(1, lightCurves.constantsWidth))
            let capacity = lightCurves.maximumPoints * lightCurves.channels
            rows.photometry = [Float](unsafeUninitializedCapacity: capacity) { buffer, count in
                rows.points = constants.withUnsafeMutableBufferPointer { constants in
                    guard let start = buffer.baseAddress, let row = constants.baseAddress else { return 0 }
                    return lightCurves.write(record, rows: start, constants: row)
                }
                count = rows.points * lightCurves.channels
            }
            if rows.points > 0, lightCurves.constantsWidth > 0 { rows.constants = constants }
        }
        if let spectra, let spectrum = record.spectrum { rows.spectrum = spectra.rows(of: spectrum) ?? [] }
        if width > 0, let metadata = record.metadata {
            var known = 0
            rows.metadata = [Float](unsafeUninitializedCapacity: width) { buffer, count in
                if let start = buffer.baseAddress { known = features.write(metadata, to: start).known }
                count = width
            }
            if known == 0 { rows.metadata = [] }
        }
        return rows
    }

    /// The input of a batch; objects in the order of the examples.
    package func input(_ batch: [Rows], noise: UInt64?) -> NetworkInput<Float> {
        var input = NetworkInput<Float>()
        input.objects = batch.count
        input.noise = noise
        for (place, rows) in batch.enumerated() {
            if rows.points > 0 {
                input.photometry += rows.photometry
                input.lengths.append(rows.points)
                input.photometryObjects.append(place)
                input.constants += rows.constants
                input.constantsOnly.append(rows.example.constantsOnly)
            }
            if !rows.spectrum.isEmpty {
                input.spectra += rows.spectrum
                input.spectrumObjects.append(place)
                input.spectrumIdentities.append(rows.example.spectrumIdentity)
            }
            if !rows.metadata.isEmpty {
                input.metadata += rows.metadata
                input.metadataObjects.append(place)
            }
            input.labels.append(rows.example.label)
            input.fused.append(rows.example.fused)
        }
        return input
    }
}
