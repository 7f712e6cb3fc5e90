import AstroM3
import DataSets
import Sky
import Testing

@testable import Training

@Suite struct EvaluationReportTests {
    /// Columns by which 36 objects are parted, the surveys by turns.
    private func columns(source: (Int) -> String) throws -> [String] {
        let set = try TinyDataSet(count: 36)
        defer { set.remove() }
        let data = try set.changed("objects.csv") { text in
            let lines = text.split(separator: "\n")
            let rows = lines.dropFirst().enumerated().map { "\($1),survey \($0 % 2),\(source($0))" }
            return (["\(lines[0]),survey,source"] + rows + [""]).joined(separator: "\n")
        }
        let answers = data.objects.indices.map { answer($0, of: $0 % 2, [0.5, 0.5]) }
        let labels = TrainingLabels(.starsAndSupernovae)
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
        let recipe = try set.recipe(model: ["spectrum: {start: 4000, step: 10, points: 300}"])
        let model = try TrainingRun(recipe, data, set.options("run")).runToEnd()
        let evaluation = try Evaluation(Model(folder: model), data, split: .test)
        let report = try #require(EvaluationReport(evaluation, split: .test, fold: nil, threads: 2, command: ""))
        #expect(evaluation.tested.objects == [6, 15, 31, 38, 54, 63, 79, 86])
        #expect(report.modalities.map(\.set) == ModalitySet.allSubsets)
        for row in report.modalities {
            #expect(row.having.first.count == (row.set.contains(.spectrum) ? 7 : 8), "\(row.set)")
            #expect(row.having.deepest.count == row.having.first.count, "\(row.set)")
            #expect(row.common?.first.count == 7 && row.common?.deepest.count == 7, "\(row.set)")
        }
        #expect(
            report.embeddings.searchesInWords == [
                "photometry spectrum true 5 5", "spectrum photometry true 5 5", "photometry spectrum false 7 6",
                "spectrum photometry false 6 7", "photometry metadata true 8 8", "metadata photometry true 8 8",
            ]
        )
        let own = data.spectra.count { data.objects[$0.object].split == .train && !$0.isShared }
        let classes = report.embeddings.classes.filter { $0.space == .spectrum }
        #expect(classes.map(\.scores.tested) == [5, 5] && classes.map(\.scores.references) == [own, own])
    }
}
