import AstroM3
import DataSets
import Ground
import Testing

@testable import Training

/// Whoever evaluates a model that answers for a stream is told so, in every output, and by which shares these answers go.
@Suite struct StreamSharesTests {
    private func evaluation(_ folder: String, _ data: DataSet, isCorrected: Bool) throws -> Evaluation {
        let model = try Model(folder: folder, isCorrected: isCorrected)
        return try Evaluation(model, data, split: .test, isCorrected: isCorrected)
    }

    /// Text, JSON, and the report as a page and as numbers.
    private func outputs(_ evaluation: Evaluation) throws -> (
        text: String, json: JSONValue, page: String, numbers: JSONValue
    ) {
        let scores = evaluation.scores(threads: 2)
        let beside = try TemporaryFolder.reading(Self.olderTables, "tables.json") { file in
            try BesideEvaluation(study: String(file.dropLast("/tables.json".count)), nuisance: nil)
        }
        let report = try #require(
            EvaluationReport(evaluation, split: .test, fold: nil, threads: 2, command: "c", beside: beside)
        )
        return (
            evaluation.table(scores).joined(separator: "\n"), evaluation.json(scores), ReportPage(report).html,
            report.json
        )
    }

    @Test func theSharesAreToldAndTheModelIsTestedWithoutThemUnlessAsked() throws {
        let set = try TinyDataSet(count: 72)
        defer { set.remove() }
        let folder = try set.train(set.recipe(), set.options("run"))
        let trained = try evaluation(folder, set.data, isCorrected: false)
        let before = trained.scores(threads: 2).answers
        let plain = try outputs(trained)
        #expect(!plain.text.contains("stream") && plain.json["shares"] == nil && plain.numbers["shares"] == nil)
        #expect(!plain.page.contains("with these shares"))
        let gates = try Model(folder: folder).manifest.decision
        let shares = try set.write("transient: 0.1\n", "shares.yaml")
        _ = try ShareCorrection.run(model: folder, .file(shares), set.data, threads: 2)
        for isCorrected in [false, true] {
            let evaluation = try evaluation(folder, set.data, isCorrected: isCorrected)
            let answers = evaluation.scores(threads: 2).answers
            #expect((answers == before) != isCorrected)
            #expect(isCorrected || evaluation.decision == gates)
            let found = try outputs(evaluation)
            let words =
                isCorrected
                ? "; these answers go by them (--corrected)" : "; these answers are of the model without them"
            let start =
                "he model answers for a stream with these shares of the classes in per cent (trifid calibrate --shares): "
            for text in [found.text, found.page] {
                #expect(text.contains(start) && text.contains(words), "\(isCorrected)")
            }
            #expect(found.text.contains("SN-Ia 10") && found.page.contains("SN-Ia 10"))
            for json in [found.json, found.numbers] {
                #expect(json["shares"]?["corrected"] == .bool(isCorrected))
                #expect(json["shares"]?["expected"]?["SN-Ia"]?.double == 0.1)
            }
        }
    }

    // MARK: Beside it

    /// As a study wrote it when gains told of balanced accuracy alone.
    private static let olderTables = """
        {"study": "old", "rows": [
          {"variant": "recipe", "labels": 0.1, "pretrained": true, "modalities": "photometry",
           "accuracy": {"mean": 0.6, "deviation": null}, "balancedAccuracy": {"mean": 0.5, "deviation": null},
           "foldDeviation": null},
          {"variant": "recipe", "labels": 1, "pretrained": true, "modalities": "photometry",
           "accuracy": {"mean": 0.7, "deviation": null}, "balancedAccuracy": {"mean": 0.6, "deviation": null},
           "foldDeviation": null}],
         "gains": [
          {"variant": "recipe", "labels": 0.1, "modalities": "photometry", "objects": 90, "without": 0.4, "with": 0.5,
           "difference": 0.1, "low": 0.02, "high": 0.2}]}
        """

    @Test func gainsOfAnEarlierVersionArePassedOverAndToldSo() throws {
        let set = try TinyDataSet(count: 36)
        defer { set.remove() }
        let folder = try set.train(set.recipe(), set.options("run"))
        let page = try outputs(evaluation(folder, set.data, isCorrected: false)).page
        #expect(page.contains("tables.json was made by an earlier version") && page.contains("id=\"label-table\""))
        #expect(!page.contains("gain-table"))
    }

    @Test func aTableIsOfAnEarlierVersionByItsGainsAlone() throws {
        func curves(_ text: String) throws -> LabelCurves? { try LabelCurves(JSONParser.parse(text.utf8)) }
        let older = try #require(try curves(Self.olderTables))
        #expect(older.olderGains == 1 && older.gains.isEmpty && older.curves.count == 1)
        // What is neither of the two is no table.
        #expect(try curves(Self.olderTables.replacing("\"difference\"", with: "\"other\"")) == nil)
    }
}
