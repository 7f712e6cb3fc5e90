import AstroM3
import Foundation
import Glibc
import Ground
import Testing

@testable import Training

/// A card is a text that people write in: what `trifid calibrate` has to say goes between their lines, and with the model or not
/// at all.
@Suite struct ModelCardTests {
    private let place = TemporaryFolder()
    private var folder: String { place.path }
    private let taxonomy = Taxonomy.twoClasses
    private let rule = DecisionRule(thresholds: [0.7])
    private let shares = ClassShares(
        calibrated: ["A": 0.5, "B": 0.5],
        expected: ["A": 0.1, "B": 0.9],
        decision: DecisionRule(thresholds: [0.7])
    )

    private static let stem =
        "It decides for the deepest node whose probability, and that of all above it, reaches the gate: "
    private var sentence: String { Self.stem + "0.700 at the first level." }
    private let sharesSentence =
        "It answers for a stream with these shares of the classes in per cent (`trifid calibrate --shares`): A 10, B 90. "
        + "The figures of this card are of the model without them."

    private var card: String { folder + "/card.md" }

    private func make(_ text: String) throws { try place.write(text, "card.md") }

    private func read() throws -> String { String(decoding: try Data(contentsOf: URL(filePath: card)), as: UTF8.self) }

    /// A card's text after it was told of shares, or of none.
    private func told(_ text: String, _ shares: ClassShares? = nil) throws -> String {
        defer { place.remove() }
        try make(text)
        try ModelCard.tell(shares, rule, taxonomy, folder: folder)
        return try read()
    }

    private func inode() -> ino_t {
        var status = stat()
        return stat(card, &status) == 0 ? status.st_ino : 0
    }

    @Test(arguments: ["\n", "\r\n", "\r"]) func theSharesComeAndGoAndLineBreaksStay(lineBreak: String) throws {
        func text(_ lines: [String]) -> String {
            (["# sky", ""] + lines + ["", "## Data", "", "much", ""]).joined(separator: lineBreak)
        }
        let with = try told(text([Self.stem + "0.600 at the first level."]), shares)
        #expect(with == text([sentence, sharesSentence]))
        #expect(try told(with, shares) == with)
        #expect(try told(with) == text([sentence]))
    }

    @Test func eachLineKeepsTheBreakThatItHas() throws {
        let text = "# sky\r\none\ntwo\r\n\n\(Self.stem)0.600 at the first level.\n\r\nthree\u{2028}four"
        let expected = "# sky\r\none\ntwo\r\n\n\(sentence)\r\n\r\nthree\u{2028}four"
        #expect(try told(text) == expected)
    }

    @Test(arguments: [
        "It decides for the deepest node whose probability, and that of all above it,\nreaches the gate: 0.600 at the\nfirst level.",
        "It decides for the deepest\n  node whose probability, and that of all above it, reaches the gate: 0.600\nat the first level.",
    ]) func aSentenceThatAHandHasWrappedIsReplacedWhole(wrapped: String) throws {
        #expect(try told("# sky\n\n\(wrapped)\n\n## Data\n") == "# sky\n\n\(sentence)\n\n## Data\n")
        // Others begin without an empty line.
        #expect(try told("\(wrapped)\n* mine\n") == "\(sentence)\n* mine\n")
        #expect(try told("\(wrapped)\n## Data") == "\(sentence)\n## Data")
        #expect(try told("# sky\n\n\(wrapped)") == "# sky\n\n\(sentence)")
        // What says what is so stays as it is wrapped.
        let same = "# sky\n\n\(wrapped.replacing("0.600", with: "0.700"))\n\n## Data\n"
        #expect(try told(same) == same)
    }

    @Test func wrappedSharesGoWhole() throws {
        let wrapped = sharesSentence.replacing(" in per cent", with: "\nin per cent").replacing("The ", with: "\nThe ")
        let text = "\(sentence)\n\(wrapped)\n\n## Data\n"
        #expect(try told(text) == "\(sentence)\n\n## Data\n")
        #expect(try told(text, shares) == "\(sentence)\n\(sharesSentence)\n\n## Data\n")
        #expect(try told("\(wrapped)\n\(sentence)\n") == "\(sentence)\n")
    }

    @Test func realAlertsAreToldInTheCardsOwnLineBreaks() throws {
        defer { place.remove() }
        let answers = (0..<40).map { place in
            answer(place, of: place % 2, place % 2 == 0 ? [0.9, 0.1] : [0.1, 0.9], points: 5)
        }
        let decisions = Decisions(Scores(TrainingLabels(taxonomy), answers), rule, taxonomy)
        let outcome = Recalibration.Outcome(alerts: 40, factor: 1.5, decision: rule, decisions: decisions)
        try make("# sky\r\n\r\n\(Self.stem)0.600 at the first level.\r\n\r\n## Data\r\n\r\nmuch\r\n")
        for _ in 0..<2 {
            try ModelCard.recalibrate(folder: folder, outcome, taxonomy)
            let found = try read()
            #expect(found.hasPrefix("# sky\r\n\r\n\(sentence)\r\n\r\n## On real alerts\r\n\r\n40 labelled alerts"))
            #expect(found.hasSuffix("|\r\n\r\n## Data\r\n\r\nmuch\r\n"))
            let hasOther = found.replacing("\r\n", with: "").contains { $0.isNewline }
            #expect(!hasOther)
            #expect(found.components(separatedBy: "## On real alerts").count == 2)
        }
    }

    @Test func aCardThatCannotBeReadIsNamedWithWhatToDoAndTheModelStays() throws {
        defer { place.remove() }
        func refusal() -> String? {
            let error = #expect(throws: RunFolder.Fault.self) {
                try ModelCard.tell(nil, rule, taxonomy, folder: folder) { Issue.record("the model is changed") }
            }
            return error?.description
        }
        try make("")
        try Data([0x23, 0x20, 0xFF]).write(to: URL(filePath: card))
        #expect(refusal() == "\(card) is no text in UTF-8: mend it, or take it away, for a model needs no card")
        try FileManager.default.removeItem(atPath: card)
        try FileManager.default.createDirectory(atPath: card, withIntermediateDirectories: false)
        #expect(
            refusal() == "\(card) cannot be read: Is a directory: mend it, or take it away, for a model needs no card"
        )
    }

    @Test func aCardInWhichNothingChangesIsNotWritten() throws {
        defer { place.remove() }
        try make("# sky\r\n\r\n\(sentence)\r\n")
        let before = inode()
        var changes = 0
        try ModelCard.tell(nil, rule, taxonomy, folder: folder) { changes += 1 }
        #expect(inode() == before && before != 0 && changes == 1)
        try ModelCard.tell(shares, rule, taxonomy, folder: folder) { changes += 1 }
        #expect(inode() != before && changes == 2)
    }

    @Test func whereTheModelCannotBeChangedTheCardStaysAndWhereTheCardCannotTheModel() throws {
        defer { place.remove() }
        let text = "# sky\n\n\(sentence)\n"
        try make(text)
        #expect(throws: CocoaError.self) {
            try ModelCard.tell(shares, rule, taxonomy, folder: folder) { throw CocoaError(.fileWriteOutOfSpace) }
        }
        #expect(try read() == text)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["card.md"])
        // A folder stands where the new card would be made.
        try FileManager.default.createDirectory(atPath: card + ".new", withIntermediateDirectories: false)
        let failure = #expect(throws: DurableFile.Failure.self) {
            try ModelCard.tell(shares, rule, taxonomy, folder: folder) { Issue.record("the model is changed") }
        }
        #expect(failure?.path == card && failure?.reason == "Is a directory")
        #expect(try read() == text)
    }

    /// From the files of a model: what tells of shares stays as long as these do.
    @Test func sharesThatCannotBeTakenOutOfTheModelStayInItsCard() throws {
        defer { place.remove() }
        try ModelBuilder.createUntrained(folder: folder, seed: 1, layers: 1, references: [])
        let classes = try Model(folder: folder).taxonomy.classes
        let even = Dictionary(uniqueKeysWithValues: classes.map { ($0, 1 / Double(classes.count)) })
        try ModelBuilder.edit(folder: folder) { manifest in
            manifest.training = .trained
            manifest.calibration.shares = ClassShares(calibrated: even, expected: even, decision: manifest.decision)
        }
        let manifest = try Model(folder: folder).manifest
        try make("# sky\n\n\(Self.stem)\n")
        try ModelCard.tell(manifest.calibration.shares, manifest.decision, manifest.taxonomy, folder: folder)
        let before = try ModelFiles.read(folder)
        #expect(try read().contains("with these shares of the classes"))
        let inTheWay = folder + "/model.json.new"
        try FileManager.default.createDirectory(atPath: inTheWay, withIntermediateDirectories: false)
        #expect(throws: ModelError.self) { try ShareCorrection.remove(model: folder) }
        #expect(try ModelFiles.read(folder) == before)
        try FileManager.default.removeItem(atPath: inTheWay)
        #expect(try ShareCorrection.remove(model: folder))
        #expect(try !read().contains("with these shares of the classes"))
    }
}
