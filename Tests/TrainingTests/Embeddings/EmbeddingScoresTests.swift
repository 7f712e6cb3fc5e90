import AstroM3
import Foundation
import Testing

@testable import Training

@Suite struct EmbeddingScoresTests {
    private static let labels = TrainingLabels(Taxonomy(nodes: [.init("SN-Ia"), .init("RRAB")]))

    private func unit(_ degrees: Double) -> [Float] {
        [Float(cos(degrees * .pi / 180)), Float(sin(degrees * .pi / 180))]
    }

    /// An object whose light curve and spectrum lie at these angles; odd ones are supernovae.
    private func row(_ object: Int, _ curve: Double, _ spectrum: Double) -> EmbeddedObjects.Row {
        EmbeddedObjects.Row(
            object: object,
            label: object % 2 == 0 ? 1 : 0,
            points: 9,
            modalities: "photometry+spectrum",
            vectors: [.photometry: unit(curve), .spectrum: unit(spectrum)]
        )
    }

    /// One spectrum, at 0 degrees, stands for two tested objects and one of the references.
    @Test func aSpectrumThatObjectsShareTellsNoClassAndIsOneThingToFind() throws {
        let set = try TinyDataSet(spectra: true)
        defer { set.remove() }
        let data = try ObjectData(set.sharingSpectrum([0, 6, 38], without: 2))
        let tested = [row(6, 0, 0), row(15, 90, 90), row(31, 180, 180), row(38, 350, 0)]
        let references = [row(0, 0, 0), row(1, 90, 90), row(3, 180, 180), row(8, 10, 10)]
        let scores = EmbeddingScores(
            EmbeddedObjects(dimension: 2, rows: tested),
            EmbeddedObjects(dimension: 2, rows: references),
            [Self.labels.firstLevelOfChoice],
            data
        )
        let classes = scores.classes.map { "\($0.space) \($0.scores.tested) of \($0.scores.references)" }
        #expect(classes == ["photometry 4 of 4", "spectrum 2 of 3"])
        #expect(scores.classes.allSatisfy { $0.scores.neighbour.accuracy == 1 && $0.level == "first level" })
        #expect(
            scores.searchesInWords == [
                "photometry spectrum true 2 2", "spectrum photometry true 2 2", "photometry spectrum false 4 3",
                "spectrum photometry false 3 4",
            ]
        )
        #expect(scores.searches.allSatisfy { $0.scores.recalls.first?.recall == 1 })
    }

    @Test func withoutSharedSpectraThereIsOneSearch() throws {
        let set = try TinyDataSet(spectra: true)
        defer { set.remove() }
        let tested = [row(6, 0, 0), row(15, 90, 90), row(31, 180, 180), row(38, 350, 350)]
        let scores = EmbeddingScores(
            EmbeddedObjects(dimension: 2, rows: tested),
            EmbeddedObjects(dimension: 2, rows: []),
            [Self.labels.firstLevelOfChoice],
            try ObjectData(set.data)
        )
        #expect(scores.classes.isEmpty && scores.searches.map(\.isOwn) == [true, true])
        #expect(scores.searches.allSatisfy { $0.scores.queries == 4 && $0.scores.candidates == 4 })
    }
}
