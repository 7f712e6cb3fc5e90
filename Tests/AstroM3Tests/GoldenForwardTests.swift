import ModelSupport
import Tensor
import Testing

@testable import AstroM3

/// Forward passes equal to the reference in PyTorch within 1e-4, for both variants and every dispatch level.
@Suite(.enabled(if: GoldenVectors.available, Comment(rawValue: GoldenVectors.skipped)))
struct GoldenForwardTests {
    static let cases = ModelManifest.Variant.allCases.flatMap { variant in
        DispatchLevel.available.map { (variant, $0) }
    }

    @Test(arguments: cases)
    func embeddingsAndLogitsEqualTheReference(variant: ModelManifest.Variant, level: DispatchLevel) throws {
        let golden = try GoldenVectors.read(variant)
        let model = try GoldenVectors.model(variant, kernels: #require(Kernels(level: level)))
        let photometry = embedPhotometry(model)
        let spectra = try embedSpectra(model)
        let metadata = try embedMetadata(model)
        try expectClose(photometry, golden, "embedding.photometry")
        try expectClose(spectra, golden, "embedding.spectra")
        try expectClose(metadata, golden, "embedding.metadata")
        try expectClose(logits(model, [photometry]), golden, "logits.photometry")
        try expectClose(logits(model, [photometry, metadata]), golden, "logits.photometry_metadata")
        try expectClose(logits(model, [photometry, spectra, metadata]), golden, "logits.all")
    }

    private func expectClose(_ values: [Float], _ golden: SafeTensors, _ name: String) throws {
        let expected = try #require(golden.read(name)).values
        try #require(values.count == expected.count)
        let error = zip(values, expected).map { abs($0 - $1) }.max() ?? .infinity
        #expect(error < 1e-4, "\(name)")
    }

    private func embedPhotometry(_ model: Model) -> [Float] {
        let values = GoldenVectors.photometry()
        let input = AlignedFloats(count: 4 * 202 * 9)
        let memory = PhotometryMemory(architecture: model.manifest.architecture)
        defer { withExtendedLifetime((input, memory)) {} }
        var row = input.pointer
        for (curve, length) in GoldenVectors.lengths.enumerated() {
            for i in 0..<length * 9 { row[9 + i] = values[curve * 200 * 9 + i] }
            row += model.photometry.inputRows(forPoints: length) * 9
        }
        let output = AlignedFloats(count: 4 * 512)
        model.photometry.embed(
            input: input.pointer,
            lengths: GoldenVectors.lengths,
            constants: input.pointer,
            memory: memory,
            embeddings: output.pointer
        )
        return list(output, 4 * 512)
    }

    private func embedSpectra(_ model: Model) throws -> [Float] {
        let encoder = try #require(model.members[0].spectrum)
        let first = AlignedFloats(count: encoder.memory)
        let second = AlignedFloats(count: encoder.memory)
        defer { withExtendedLifetime((first, second)) {} }
        let output = AlignedFloats(count: 512)
        return GoldenVectors.spectra().flatMap { rows in
            encoder.embed(rows: rows, first: first.pointer, second: second.pointer, embedding: output.pointer)
            return list(output, 512)
        }
    }

    private func embedMetadata(_ model: Model) throws -> [Float] {
        let encoder = try #require(model.members[0].metadata)
        let hidden = (AlignedFloats(count: 4 * 512), AlignedFloats(count: 4 * 512))
        defer { withExtendedLifetime(hidden) {} }
        let output = AlignedFloats(count: 4 * 512)
        encoder.embed(
            count: 4,
            rows: GoldenVectors.metadata(),
            hidden: (hidden.0.pointer, hidden.1.pointer),
            embeddings: output.pointer
        )
        return list(output, 4 * 512)
    }

    private func logits(_ model: Model, _ embeddings: [[Float]]) -> [Float] {
        let fused = (0..<4 * 512).map { place in
            embeddings.reduce(0) { $0 + $1[place] } / Float(embeddings.count)
        }
        let output = AlignedFloats(count: 40)
        model.members[0].head.apply(rows: 4, input: fused, output: output.pointer)
        return list(output, 40)
    }

    private func list(_ memory: AlignedFloats, _ count: Int) -> [Float] {
        withExtendedLifetime(memory) { Array(UnsafeBufferPointer(start: memory.pointer, count: count)) }
    }
}
