import AstroM3
import Foundation
import Ground
import Sky
import Testing

@testable import Training

@Suite struct StudyTablesTests {
    private static let labels = TrainingLabels(.oneBranch)

    /// An object's answers: what is said of it from photometry, and from photometry and a spectrum.
    private func answer(_ object: String, _ label: String, _ said: String, _ both: String? = nil) -> StudyAnswer {
        func probabilities(_ node: String) -> [String: Double] {
            var values = ["A1": 0.1, "A2": 0.1, "B": 0.1, "A": 0.2]
            values[node] = 0.8
            return values
        }
        var answers: [ModalitySet: [String: Double]] = [.photometry: probabilities(said)]
        if let both { answers[[.photometry, .spectrum]] = probabilities(both) }
        return StudyAnswer(object: object, label: label, probabilities: answers)
    }

    private func cell(_ fold: Int, draw: Int, _ isPretrained: Bool) -> StudyCell {
        StudyCell(variant: "v", fold: fold, seed: 1, fraction: 0.1, draw: draw, isPretrained: isPretrained)
    }

    /// Two folds of three objects each, two draws; labels A1, A2 and B, and A, which says less than the answers do.
    private var cells: [(cell: StudyCell, answers: [StudyAnswer])] {
        [
            (
                cell(0, draw: 1, false),
                [
                    answer("a", "A1", "A1", "A1"), answer("b", "A1", "B", "A1"), answer("c", "B", "B", "B"),
                    answer("x", "A", "B"),
                ]
            ),
            (
                cell(1, draw: 1, false),
                [answer("d", "A1", "A1"), answer("e", "A2", "A1", "A1"), answer("f", "B", "B", "B")]
            ),
            (
                cell(0, draw: 2, false),
                [answer("a", "A1", "A1", "A1"), answer("b", "A1", "A1", "A1"), answer("c", "B", "A1", "A1")]
            ),
            (
                cell(1, draw: 2, false),
                [answer("d", "A1", "A1"), answer("e", "A2", "A2", "A2"), answer("f", "B", "A2", "A2")]
            ),
            (cell(0, draw: 1, true), [answer("a", "A1", "A1"), answer("b", "A1", "A1"), answer("c", "B", "B")]),
            (cell(1, draw: 1, true), [answer("d", "A1", "A1"), answer("e", "A2", "A2"), answer("f", "B", "B")]),
            (cell(0, draw: 2, true), [answer("a", "A1", "A1"), answer("b", "A1", "A1"), answer("c", "B", "B")]),
            (cell(1, draw: 2, true), [answer("d", "A1", "A1"), answer("e", "A2", "A2"), answer("f", "B", "B")]),
        ]
    }

    private var tables: StudyTables {
        StudyTables(Self.labels, cells, modalities: [.photometry, [.photometry, .spectrum]], samples: 400)
    }

    @Test func foldsArePooledAndRepeatsAveraged() throws {
        let tables = tables
        #expect(tables.classes == ["A1", "A2", "B"] && tables.cells == 8)
        let row = try #require(tables.rows.first { !$0.setting.isPretrained && $0.modalities == .photometry })
        #expect(row.objects == 6 && row.repeats == 2)
        // Draw 1: A1 2 of 3, A2 0 of 1, B 2 of 2. Draw 2: 3 of 3, 1 of 1, 0 of 2.
        let balanced = [(2.0 / 3 + 0 + 1) / 3, (1.0 + 1 + 0) / 3]
        #expect(abs(row.balancedAccuracy.mean - (balanced[0] + balanced[1]) / 2) < 1e-12)
        #expect(abs((row.balancedAccuracy.deviation ?? 0) - abs(balanced[0] - balanced[1]) / sqrt(2)) < 1e-12)
        #expect(abs(row.accuracy.mean - 4.0 / 6) < 1e-12 && row.accuracy.deviation == 0)
        #expect(row.recall["A2"] == 0.5 && abs((row.recall["A1"] ?? 0) - 5.0 / 6) < 1e-12)
        // Fold 0: (1/2 + 1) / 2 and (1 + 0) / 2; fold 1: (1 + 0 + 1) / 3 and (1 + 1 + 0) / 3.
        let folds = [(0.75 + 0.5) / 2, 2.0 / 3]
        #expect(abs((row.foldDeviation ?? 0) - abs(folds[0] - folds[1]) / sqrt(2)) < 1e-12)
    }

    /// Of the two every model gives the same probability.
    @Test func aNodeWithOneBelowItIsNoClassBesideThat() {
        let labels = TrainingLabels(Taxonomy(nodes: [.init("A"), .init("A1", under: "A"), .init("B")]))
        let answers = [answer("a", "A1", "A1"), answer("x", "A", "A1"), answer("c", "B", "B")]
        let tables = StudyTables(labels, [(cell(0, draw: 1, false), answers)], modalities: [.photometry], samples: 100)
        #expect(tables.classes == ["A1", "B"] && tables.rows.map(\.objects) == [2])
    }

    @Test func whatPreTrainingChangesIsPaired() throws {
        let tables = tables
        let gain = try #require(tables.gains.first { $0.modalities == .photometry })
        let row = try #require(tables.rows.first { !$0.setting.isPretrained && $0.modalities == .photometry })
        let (balanced, accuracy) = (gain.balancedAccuracy, gain.accuracy)
        #expect(gain.objects == 6 && balanced.with == 1 && balanced.without == row.balancedAccuracy.mean)
        // Draws of an object are averaged: A1 1/6, A2 1/2, B 1/2 better.
        #expect(abs(balanced.difference - (1.0 / 6 + 0.5 + 0.5) / 3) < 1e-12)
        #expect(abs(balanced.difference - (balanced.with - balanced.without)) < 1e-12)
        #expect(balanced.interval.lowerBound > 0 && balanced.interval.contains(balanced.difference))
        // Of all objects alike: 4 of 6 are right without.
        #expect(accuracy.with == 1 && accuracy.without == row.accuracy.mean)
        #expect(abs(accuracy.difference - 2.0 / 6) < 1e-12 && accuracy.interval.contains(accuracy.difference))
        // They are so sure that nothing is to be corrected.
        #expect(gain.correctedBalancedAccuracy == balanced && row.correctedBalancedAccuracy == row.balancedAccuracy)
        // The pre-trained did not answer to spectra.
        #expect(tables.gains.count == 1)
    }

    @Test func anotherModalityIsJudgedByTheObjectsThatHaveIt() throws {
        let addition = try #require(tables.additions.first { !$0.setting.isPretrained })
        #expect(tables.additions.count == 1)
        #expect(addition.before == .photometry && addition.after == [.photometry, .spectrum])
        // Without `d`: A1 of draw 1 is 1 of 2 before and 2 of 2 after; all else is the same.
        #expect(addition.objects == 5)
        let before = [(0.5 + 0 + 1) / 3, (1.0 + 1 + 0) / 3]
        let after = [(1.0 + 0 + 1) / 3, (1.0 + 1 + 0) / 3]
        #expect(abs(addition.balancedBefore - (before[0] + before[1]) / 2) < 1e-12)
        #expect(abs(addition.balancedAfter - (after[0] + after[1]) / 2) < 1e-12)
        #expect(addition.isLower == false)
        var other = addition
        other.balancedAfter = other.balancedBefore - (other.deviation ?? 0) - 0.01
        #expect(other.isLower == true)
    }

    @Test func tablesAreWrittenForPeopleAndPrograms() throws {
        let text = tables.markdown(name: "mine", data: "tiny")
        #expect(text.hasPrefix("# mine\n"))
        #expect(
            text.contains(
                "| v | 10 % | none | photometry | 6 | 0.667 ± 0.000 | 0.611 ± 0.079 | 0.029 | 0.611 ± 0.079 | 0.833 | 0.500 | 0.500 |"
            )
        )
        let json = tables.json(name: "mine", data: "tiny")
        #expect(try JSONParser.parse(json.line.utf8) == json)
        guard case .array(let gains)? = json["gains"] else {
            Issue.record("no gains")
            return
        }
        #expect(gains[0]["labels"] == .number(0.1) && gains[0]["objects"] == .integer(6))
    }

    @Test func answersAreReadBackAsTheyWereWritten() throws {
        for answer in cells.flatMap(\.answers) {
            #expect(StudyAnswer(try JSONParser.parse(answer.json.line.utf8)) == answer)
        }
        let clustered = StudyAnswer(
            object: "o",
            cluster: 7,
            label: "B",
            points: 3,
            probabilities: [.spectrum: ["B": 1]]
        )
        #expect(StudyAnswer(try JSONParser.parse(clustered.json.line.utf8)) == clustered)
        #expect(StudyAnswer(["object": "o"]) == nil)
    }
}
