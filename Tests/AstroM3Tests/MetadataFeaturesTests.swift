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
        let known = features.write(Metadata(names: Array(values.keys), values: Array(values.values)), to: &row).known
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
        #expect(features.write(metadata, to: &row).known == 1)
        #expect(row == [0, 0, 3, 1, 1, 0])
    }

    private static let context = MetadataInput(
        features: ["ref_mag", "gaia_mag", "phot_g_mean_mag", "gaia_bright_distance", "ps2_score", "age"].map {
            MetadataInput.Feature(name: $0, transform: .raw, mean: 10, std: 2, edges: [10, 15, 20])
        },
        missingFlags: true,
        noneFlags: true
    )

    private func alert(_ change: (inout AlertContext) -> Void) -> Alert {
        var alert = SampleRecords.record(points: 3, seed: 1).alert
        change(&alert.context)
        return alert
    }

    /// A value as deviation, its place in two intervals, and whether it is missing or there is none.
    private func inputs(_ place: Int, _ row: [Float]) -> [Float] {
        [row[place], row[6 + 2 * place], row[7 + 2 * place], row[18 + place], row[24 + place]]
    }

    @Test func aPlaceBetweenQuantilesAndFlagsFollowTheValue() {
        let features = MetadataFeatures(input: Self.context)
        var row = [Float](repeating: .nan, count: Self.context.width)
        #expect(row.count == 6 + 12 + 12 && features.needsAlert)
        let alert = alert {
            $0.referenceSource = .init(distance: 0.4, magnitude: 16)
            $0.gaia = .init(distance: 3, magnitude: 40)
            $0.nearestSources = [.init(distance: 1, starGalaxyScore: 0.9)]
        }
        #expect(features.write(nil, of: alert, to: &row).known == 2)
        #expect(inputs(0, row) == [3, 0.5, -0.3, 0, 0])
        // Far outside: held at five deviations.
        #expect(inputs(1, row) == [5, 0.5, 0.5, 0, 0])
        // Gaia has been asked: nothing within 1.5 arcsec, no bright one, and no second star.
        for place in 2...4 { #expect(inputs(place, row) == [0, 0, 0, 0, 1]) }
        #expect(inputs(5, row) == [0, 0, 0, 1, 0])
    }

    @Test func nothingWithinTheRadiusIsNotTheSameAsNotTold() {
        let features = MetadataFeatures(input: Self.context)
        let silent = features.transformed(nil, of: alert { _ in })
        #expect(silent.prefix(5).allSatisfy { $0.isNaN })
        let searched = features.transformed(nil, of: alert { $0.searches = [.reference, .gaia, .sources] })
        #expect(searched.prefix(5).allSatisfy { $0 == Metadata.none })
        let gaiaAlone = features.transformed(nil, of: alert { $0.searches = .gaia })
        #expect(gaiaAlone[0].isNaN && gaiaAlone[1...3].allSatisfy { $0 == Metadata.none } && gaiaAlone[4].isNaN)
    }

    @Test func onlyWhatAPacketAloneTellsIsContext() {
        let features = MetadataFeatures(input: Self.context)
        var row = [Float](repeating: .nan, count: Self.context.width)
        let silent = alert { _ in }
        #expect(!features.write(nil, of: silent, to: &row).hasContext)
        #expect(!features.write(Metadata(["phot_g_mean_mag": 12]), of: silent, to: &row).hasContext)
        // Looked for and not there is an answer too.
        #expect(features.write(Metadata(["gaia_mag": Metadata.none]), to: &row).hasContext)
        let told = alert { $0.referenceSource = .init(distance: 0.4, magnitude: 16) }
        #expect(features.write(nil, of: told, to: &row).hasContext)
    }

    @Test func aCataloguesRowGoesBeforeTheAlertsContext() {
        let features = MetadataFeatures(input: Self.context)
        let alert = alert { $0.referenceSource = .init(distance: 0.4, magnitude: 16) }
        let row = Metadata(["ref_mag": 12, "gaia_mag": Metadata.none, "age": .nan])
        let values = features.transformed(row, of: alert)
        #expect(values[0] == 12 && values[1] == Metadata.none && values[5].isNaN)
        #expect(features.transformed(nil, of: alert)[0] == 16)
    }

    @Test func whatFollowsFromOthersIsMissingWithThem() {
        let input = MetadataInput(
            features: ["detection_fraction", "gaia_minus_ref"].map {
                .init(name: $0, transform: .raw, mean: 0, std: 1)
            },
            missingFlags: true
        )
        let features = MetadataFeatures(input: input)
        #expect(features.transformed(Metadata(["detection_count": 5, "coverage_count": 50, "gaia_mag": 18]))[0] == 0.1)
        #expect(features.transformed(Metadata(["gaia_mag": 18]))[1].isNaN)
        #expect(features.transformed(Metadata(["gaia_mag": Metadata.none, "ref_mag": 17]))[1] == Metadata.none)
        let alert = alert { $0.referenceSource = .init(distance: 1, magnitude: 17) }
        #expect(features.transformed(Metadata(["gaia_mag": 18]), of: alert)[1] == 1 && features.needsAlert)
    }
}
