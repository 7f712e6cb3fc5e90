import AstroM3
import Foundation
import Testing

@testable import Training

/// What people write into a card stays there, whatever `trifid calibrate` puts between their words and takes out again.
@Suite struct CardWordsTests {
    private let place = TemporaryFolder()
    private let taxonomy = Taxonomy.twoClasses
    private let rule = DecisionRule(thresholds: [0.7])
    private let known = ClassShares(
        calibrated: ["A": 0.5, "B": 0.5],
        expected: ["A": 0.0004, "B": 0.9996],
        decision: DecisionRule(thresholds: [0.7])
    )

    private var gates: String { ModelCard.gates(rule, taxonomy) }
    private var shares: String { ModelCard.shares(known, taxonomy) }

    /// A card's text after it was told of shares, or of none.
    private func told(_ text: String, _ shares: ClassShares? = nil) throws -> String {
        defer { place.remove() }
        let file = try place.write(text, "card.md")
        try ModelCard.tell(shares, rule, taxonomy, folder: place.path)
        return try String(contentsOfFile: file, encoding: .utf8)
    }

    @Test(arguments: [
        // Under the sentence, behind it, before it, and in a list.
        ("GATES\nMine, of 0.5 or so.\n\n## Data\n", "GATES\nSHARES\nMine, of 0.5 or so.\n\n## Data\n"),
        ("GATES Mine. And mine.\n\n## Data\n", "GATES SHARES Mine. And mine.\n\n## Data\n"),
        ("Mine. GATES\nAnd mine.\n", "Mine. GATES SHARES\nAnd mine.\n"),
        ("Mine:\nGATES", "Mine:\nGATES\nSHARES"), ("* GATES\n* mine\n", "* GATES SHARES\n* mine\n"),
    ]) func wordsAroundTheSentencesStay(text: String, expected: String) throws {
        func words(_ text: String) -> String { text.replacing("GATES", with: gates).replacing("SHARES", with: shares) }
        #expect(try told(words(text), known) == words(expected))
        #expect(try told(words(expected), known) == words(expected))
        #expect(try told(words(expected)) == words(text))
        #expect(try told(words(text)) == words(text))
    }

    /// As an editor fills a paragraph: sentences of ours and others begin anywhere in a line.
    @Test func aParagraphThatWasFilledAnewKeepsWhatIsNotOurs() throws {
        let former = gates.replacing("0.700", with: "0.650")
        let filled = "Mine. \(former) \(shares) And\nmine.\n".replacing(" that of all", with: "\nthat of all")
            .replacing("(`trifid", with: "\n  (`trifid").replacing(" The figures", with: "\nThe figures")
        #expect(try told(filled) == "Mine. \(gates) And\nmine.\n")
        #expect(try told(filled, known) == "Mine. \(gates) \(shares) And\nmine.\n")
    }

    @Test func aSentenceWithoutItsFullStopEndsWithItsParagraph() throws {
        let cut = String(gates.dropLast())
        #expect(try told("\(cut)\n\nMine.\n") == "\(gates)\n\nMine.\n")
        #expect(try told("\(cut)\n\(shares)\nMine.\n") == "\(gates)\nMine.\n")
        #expect(try told("\(cut)\n| mine |\n") == "\(gates)\n| mine |\n")
    }

    /// From before it said of which shares its figures are.
    @Test func theSharesOfAnOlderCardGoWithoutTheSentenceAfterThem() throws {
        let older =
            "It answers for a stream with these shares of the classes in per cent (`trifid calibrate --shares`): A 0.5, B 99."
        #expect(
            try told("\(gates)\n\(older)\nMine. The figures are mine.\n") == "\(gates)\nMine. The figures are mine.\n"
        )
    }

    /// Somebody took the gates out: shares are told with the gates that hold for them.
    @Test func sharesAreToldWhereTheGatesAreMissing() throws {
        let text = "# sky\n\n## What it answers\n\n* A\n* B\n\nMine.\n\n## Data\n\nmuch\n"
        let with = try told(text, known)
        #expect(with == text.replacing("Mine.\n", with: "Mine.\n\n\(gates)\n\(shares)\n"))
        #expect(try told(with, known) == with && told(with) == with.replacing("\(shares)\n", with: ""))
        #expect(try told(text) == text)
        // And the heading too.
        #expect(try told("# sky\n\nmuch", known) == "# sky\n\nmuch\n\n## What it answers\n\n\(gates)\n\(shares)\n")
        #expect(try told("", known) == "## What it answers\n\n\(gates)\n\(shares)\n")
    }

    private func recalibrated(_ text: String, factor: Double = 1.5) throws -> String {
        defer { place.remove() }
        let answers = (0..<40).map { place in
            answer(place, of: place % 2, place % 2 == 0 ? [0.9, 0.1] : [0.1, 0.9], points: 5)
        }
        let decisions = Decisions(Scores(TrainingLabels(taxonomy), answers), rule, taxonomy)
        let outcome = Recalibration.Outcome(alerts: 40, factor: factor, decision: rule, decisions: decisions)
        let file = try place.write(text, "card.md")
        try ModelCard.recalibrate(folder: place.path, outcome, taxonomy)
        return try String(contentsOfFile: file, encoding: .utf8)
    }

    @Test func whatPeopleSayOfRealAlertsStaysWhenOursIsReplaced() throws {
        let first = try recalibrated("# sky\n\n\(gates)\n\n## Data\n\nmuch\n")
        let head = "## On real alerts\n\n"
        #expect(first.contains("\(head)40 labelled alerts") && first.contains("multiplied by 1.500."))
        let edited = first.replacing(head, with: head + "Before, of 3.\n\n")
            .replacing("takes every alert for an object):", with: "takes every\nalert for an object): Behind.")
            .replacing("\n\n## Data", with: "\n\nAfter.\n\n| mine |\n|---|\n\n## Data")
        let second = try recalibrated(edited, factor: 2)
        #expect(second.contains("multiplied by 2.000.") && !second.contains("1.500"))
        #expect(second.components(separatedBy: CardText.alertsHead).count == 2)
        for words in [
            "\(head)Before, of 3.\n\n40 labelled alerts", "Behind.", "\nAfter.\n\n| mine |\n|---|\n\n## Data\n",
        ] {
            #expect(second.contains(words), "\(words)")
        }
        #expect(try recalibrated(second, factor: 2) == second)
        // What nobody has edited is as it was made at once.
        #expect(try recalibrated(first) == first)
    }

    /// As it was written in 2026's first cards, without a table.
    @Test func anOlderParagraphOfRealAlertsIsReplacedToItsEnd() throws {
        let older =
            "133 labelled alerts, each answered by a model that was trained like this one without the alert's fold (`trifid "
            + "calibrate`). All temperatures were multiplied by 1.3. The first level decides 0.9 of them, and 0.95 of these rightly, "
            + "the gate of each fold fitted to the others."
        let text = "# sky\n\n\(gates)\n\n## On real alerts\n\n\(older) Mine.\n\n## Data\n\nmuch\n"
        let found = try recalibrated(text)
        #expect(!found.contains("133") && found.contains("\n\nMine.\n\n## Data\n\nmuch\n"))
        #expect(found.components(separatedBy: "## On real alerts").count == 2)
    }
}
