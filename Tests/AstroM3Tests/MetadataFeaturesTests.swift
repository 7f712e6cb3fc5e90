import Foundation
import Sky
import Testing

@testable import AstroM3

/// Catalogue values as features.
@Suite struct MetadataFeaturesTests {
    private func row(_ values: [String: Float], mean: Float = 0, std: Float = 1) -> (known: Int, row: [String: Float]) {
        var input = ModelBuilder.defaults(name: "", version: "", seed: 0, variant: .published, layers: 1).metadata
        for i in input.features.indices {
            input.features[i].mean = mean
            input.features[i].std = std
        }
        let features = MetadataFeatures(input: input)
        var row = [Float](repeating: .nan, count: 34)
        let known = features.write(Metadata(names: Array(values.keys), values: Array(values.values)), to: &row)
        return (known, Dictionary(zip(PublishedMetadata.names, row)) { first, _ in first })
    }

    @Test func magnitudesBecomeAbsolute() {
        // 4 mas is 250 pc, a distance modulus of 6.99.
        let features = row(["phot_g_mean_mag": 15, "parallax": 4]).row
        #expect(abs((features["phot_g_mean_mag"] ?? 0) - (15 - 10 + 5 * log10(4))) < 1e-5)
        #expect(features["parallax"] == 4)
    }

    @Test(arguments: [Float(0), -0.3])
    func aParallaxNotAboveZeroCountsAsOne(parallax: Float) {
        let features = row(["j_mag": 12, "parallax": parallax]).row
        #expect(features["j_mag"] == 2)
        #expect(features["parallax"] == parallax)
    }

    @Test func withoutAParallaxTheMagnitudeIsMissing() {
        #expect(row(["j_mag": 12, "j_k": 0.5], mean: 3).row["j_mag"] == 0)
    }

    @Test func anglesBecomeCosineAndSine() {
        let features = row(["l": 60, "b": -30]).row
        #expect(abs((features["l"] ?? 0) - 0.5) < 1e-6)
        #expect(abs((features["b"] ?? 0) + 0.5) < 1e-6)
    }

    @Test func valuesAreStandardisedAndMissingOnesAreTheMean() {
        let features = row(["pmra": 11, "pmdec": .infinity], mean: 5, std: 2)
        #expect(features.known == 1)
        #expect(features.row["pmra"] == 3)
        #expect(features.row["pmdec"] == 0)
        #expect(features.row["ruwe"] == 0)
    }

    @Test func aRowWithNothingInItIsNotKnown() {
        #expect(row([:]).known == 0)
        #expect(row([:]).row.values.allSatisfy { $0 == 0 })
    }

    @Test func aModelNamesItsOwnFeaturesInItsOwnOrderAndMayAskForFlags() {
        let input = MetadataInput(
            features: ["host_offset", "g_minus_r", "ruwe"].map {
                MetadataInput.Feature(name: $0, transform: .raw, mean: 1, std: 2)
            },
            missingFlags: true
        )
        let features = MetadataFeatures(input: input)
        var row = [Float](repeating: .nan, count: 6)
        let metadata = Metadata(["ruwe": 7, "unknown_to_the_model": 3, "host_offset": .nan])
        #expect(input.width == 6)
        #expect(features.write(metadata, to: &row) == 1)
        #expect(row == [0, 0, 3, 1, 1, 0])
    }
}
