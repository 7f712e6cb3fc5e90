import AstroM3
import DataSets
import Foundation
import Sky
import Testing

@testable import Training

@Suite struct EvaluationReportTests {
    /// Columns by which 36 objects are parted, the surveys by turns.
    private func columns(source: (Int) -> String) throws -> [String] {
        let set = try TinyDataSet(count: 36)
        defer { set.remove() }
        let path = set.folder + "/objects.csv"
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        let rows = lines.dropFirst().enumerated().map { "\($1),survey \($0 % 2),\(source($0))" }
        try (["\(lines[0]),survey,source"] + rows + [""]).joined(separator: "\n")
            .write(toFile: path, atomically: true, encoding: .utf8)
        let data = try DataSet(folder: set.folder)
        let answers = data.objects.indices.map {
            Scores.Answer(label: $0 % 2, leaves: [0.5, 0.5], points: 1, modalities: "photometry", object: $0)
        }
        let labels = TrainingLabels(Taxonomy(nodes: [.init("RRAB"), .init("SN-Ia")]))
        let tables = EvaluationReport.sources(Scores(labels, answers), data) { _ in
            EvaluationReport.Figures(
                first: Scores.Level(),
                deepest: Scores.Level(),
                decided: Decisions.Branch(node: nil, gate: 1)
            )
        }
        return tables.map { $0.column }
    }

    @Test func columnsThatPartTheObjectsAlikeAreShownOnce() throws {
        #expect(try columns { "source \($0 % 2)" } == ["folder", "survey"])
    }

    /// Two of 18 objects each, half of either in each of the other's.
    @Test func columnsOfEqualSizesThatCrossAreBothShown() throws {
        #expect(try columns { "source \($0 / 2 % 2)" } == ["folder", "survey", "source"])
    }

    /// Of eight tested objects two have the spectrum of a training object of their type, and one has none.
    @Test func setsOfModalitiesAreComparedOnTheObjectsThatHaveAll() throws {
        let set = try TinyDataSet(count: 96, spectra: true)
        defer { set.remove() }
        let data = try set.sharingSpectrum([0, 6, 38], without: 86)
        let recipe = try set.recipe {
            $0.replacing("  layers: 1\n", with: "  layers: 1\n  spectrum: {start: 4000, step: 10, points: 300}\n")
        }
        let options = TrainingRun.Options(phase: .finetuning, folder: set.folder + "/run", seed: 7, threads: 2)
        guard case .done(let model, _) = try TrainingRun(recipe, data, options).run(shouldStop: { false }, { _ in })
        else {
            Issue.record("not done")
            return
        }
        let evaluation = try Evaluation(Model(folder: model), data, split: .test)
        let report = try #require(EvaluationReport(evaluation, split: .test, fold: nil, threads: 2, command: ""))
        #expect(evaluation.tested.objects == [6, 15, 31, 38, 54, 63, 79, 86])
        #expect(report.modalities.map(\.set) == ModalitySet.allSubsets)
        for row in report.modalities {
            #expect(row.having.first.count == (row.set.contains(.spectrum) ? 7 : 8), "\(row.set)")
            #expect(row.having.deepest.count == row.having.first.count, "\(row.set)")
            #expect(row.common?.first.count == 7 && row.common?.deepest.count == 7, "\(row.set)")
        }
        let searches = report.embeddings.searches.map { found in
            "\(found.from) \(found.to) \(found.isOwn) \(found.scores.queries) \(found.scores.candidates)"
        }
        #expect(
            searches == [
                "photometry spectrum true 5 5", "spectrum photometry true 5 5", "photometry spectrum false 7 6",
                "spectrum photometry false 6 7", "photometry metadata true 8 8", "metadata photometry true 8 8",
            ]
        )
        let own = data.spectra.count { data.objects[$0.object].split == .train && !$0.isShared }
        let classes = report.embeddings.classes.filter { $0.space == .spectrum }
        #expect(classes.map(\.scores.tested) == [5, 5] && classes.map(\.scores.references) == [own, own])
    }
}
