package import Sky

/// What one step sees of a number of objects, each modality packed without gaps: an object that lacks it has no row.
package struct NetworkInput<Scalar: TrainingScalar>: Sendable {
    /// Rows of channels of all light curves, one after the other (sum of lengths, channels).
    package var photometry: [Scalar] = []
    /// Points of each light curve, at least 1.
    package var lengths: [Int] = []
    /// Which object each light curve is of, rising.
    package var photometryObjects: [Int] = []
    /// The inputs of the constants' encoder for each light curve (curves, inputs); empty where the model knows no constants.
    package var constants: [Scalar] = []
    /// For each light curve whether the step sees its constants alone, and no point; empty where it sees all.
    package var constantsOnly: [Bool] = []
    /// Spectra (count, points, channels).
    package var spectra: [Scalar] = []
    /// Which object each spectrum is of, rising.
    package var spectrumObjects: [Int] = []
    /// For each spectrum a number that is the same where several objects share one.
    package var spectrumIdentities: [Int] = []
    /// Feature rows (count, features).
    package var metadata: [Scalar] = []
    /// Which object each feature row is of, rising.
    package var metadataObjects: [Int] = []
    /// How many objects there are.
    package var objects = 0
    /// What dropout draws from in this step; nil where nothing is dropped.
    package var noise: UInt64?
    /// For each object the number of its label in `ClassificationLoss`, -1 for none; empty where nothing is classified.
    package var labels: [Int] = []
    /// For each object the modalities that its class is told from, of those that it has; empty for all.
    package var fused: [ModalitySet] = []

    package init() {}
}

extension NetworkInput {
    /// How much work an object is, in tokens: its points, and what a spectrum or a feature row takes beside them.
    private func costs() -> [Int] {
        var costs = [Int](repeating: 1, count: objects)
        for (curve, object) in photometryObjects.enumerated() { costs[object] += lengths[curve] }
        for object in spectrumObjects { costs[object] += Self.spectrumCost }
        return costs
    }

    /// Tokens of the streaming encoder that take as long as a spectrum.
    private static var spectrumCost: Int { 12 }

    /// The batch cut into so many runs of neighbouring objects of about equal work; none where there is nothing.
    func parts(_ count: Int) -> [Part] {
        let costs = costs()
        let total = costs.reduce(0, +)
        var (parts, start, done) = ([Part](), 0, 0)
        for number in 1...max(1, count) {
            var end = start
            while end < objects, number == count || done < total * number / count {
                done += costs[end]
                end += 1
            }
            if end > start { parts.append(part(start..<end)) }
            start = end
        }
        return parts
    }

    /// A run of objects, and where its rows stand among those of the whole batch.
    struct Part: Sendable {
        var input: NetworkInput
        var firstCurve: Int
        var firstSpectrum: Int
        var firstFeatures: Int
    }

    private func part(_ range: Range<Int>) -> Part {
        func rows(_ objects: [Int]) -> Range<Int> {
            let start = objects.firstIndex { $0 >= range.lowerBound } ?? objects.count
            let end = objects.firstIndex { $0 >= range.upperBound } ?? objects.count
            return start..<max(start, end)
        }
        func slice<Element>(_ all: [Element], _ rows: Range<Int>, of count: Int) -> [Element] {
            let width = count == 0 ? 0 : all.count / count
            return Array(all[rows.lowerBound * width..<rows.upperBound * width])
        }
        let (curves, spectra, features) = (rows(photometryObjects), rows(spectrumObjects), rows(metadataObjects))
        var input = NetworkInput()
        input.objects = range.count
        input.lengths = Array(lengths[curves])
        let firstPoint = lengths[..<curves.lowerBound].reduce(0, +)
        let points = input.lengths.reduce(0, +)
        let channels = lengths.isEmpty ? 0 : photometry.count / max(1, lengths.reduce(0, +))
        input.photometry = Array(photometry[firstPoint * channels..<(firstPoint + points) * channels])
        input.constants = slice(constants, curves, of: lengths.count)
        if !constantsOnly.isEmpty { input.constantsOnly = Array(constantsOnly[curves]) }
        input.noise = noise.map { $0 &+ UInt64(range.lowerBound) &* 0x9E37_79B9_7F4A_7C15 }
        input.photometryObjects = photometryObjects[curves].map { $0 - range.lowerBound }
        input.spectra = slice(self.spectra, spectra, of: spectrumObjects.count)
        input.spectrumObjects = spectrumObjects[spectra].map { $0 - range.lowerBound }
        input.spectrumIdentities = Array(spectrumIdentities[spectra])
        input.metadata = slice(metadata, features, of: metadataObjects.count)
        input.metadataObjects = metadataObjects[features].map { $0 - range.lowerBound }
        return Part(
            input: input,
            firstCurve: curves.lowerBound,
            firstSpectrum: spectra.lowerBound,
            firstFeatures: features.lowerBound
        )
    }
}
