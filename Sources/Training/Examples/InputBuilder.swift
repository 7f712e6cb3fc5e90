package import AstroM3
package import Learning
internal import Sky

/// Examples as a step's input: rows by the same preprocessing that inference uses.
package struct InputBuilder: Sendable {
    private let lightCurves: LightCurveRows
    private let constants: LightCurveConstants
    private let spectra: SpectrumGrid
    private let features: MetadataFeatures
    private let channels: Int
    private let points: Int
    private let width: Int

    package init(_ manifest: ModelManifest) {
        lightCurves = LightCurveRows(input: manifest.photometry)
        constants = LightCurveConstants(input: manifest.photometry)
        spectra = SpectrumGrid(input: manifest.spectrum)
        features = MetadataFeatures(input: manifest.metadata)
        channels = manifest.photometry.channels.count
        points = manifest.photometry.maximumPoints
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

    /// The rows of an example; a modality without anything usable has none.
    package func rows(_ example: Example) -> Rows {
        var rows = Rows(example: example)
        let record = example.record
        if !record.lightCurve.points.isEmpty {
            let memory = [Float](unsafeUninitializedCapacity: points * channels) { buffer, count in
                if let start = buffer.baseAddress { rows.points = lightCurves.write(record, to: start) }
                count = rows.points * channels
            }
            rows.photometry = memory
            if rows.points > 0, constants.width > 0 {
                rows.constants = [Float](unsafeUninitializedCapacity: constants.width) { buffer, count in
                    if let start = buffer.baseAddress { constants.write(record, to: start) }
                    count = constants.width
                }
            }
        }
        if let spectrum = record.spectrum { rows.spectrum = spectra.rows(of: spectrum) ?? [] }
        if let metadata = record.metadata {
            var known = 0
            rows.metadata = [Float](unsafeUninitializedCapacity: width) { buffer, count in
                if let start = buffer.baseAddress { known = features.write(metadata, to: start) }
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
