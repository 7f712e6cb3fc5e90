internal import AstroM3
internal import Foundation
internal import Ground

/// What `trifid calibrate` says in the card of a model that it changes, between the words that people have written there.
extension ModelCard {
    static let answersHeading = "## What it answers"
    static let alertsHeading = "## On real alerts"
    static let dataHeading = "## Data"

    private static let gatesBegin =
        "It decides for the deepest node whose probability, and that of all above it, reaches the gate: "

    /// Of every card, also of one that has been calibrated by hand.
    private static let gatesSentence = CardText.Sentence(
        stem: "It decides for the deepest node whose probability"
    )

    private static let sharesBegin =
        "It answers for a stream with these shares of the classes in per cent (`trifid calibrate --shares`): "

    private static let sharesEnd = "The figures of this card are of the model without them."

    /// Cards that were written before it had its second sentence have the first alone.
    private static let sharesSentence = CardText.Sentence(stem: sharesBegin, companion: sharesEnd)

    /// When a model decides; below a closed gate there is nothing to tell.
    static func gates(_ rule: DecisionRule, _ taxonomy: Taxonomy) -> String {
        let gates = BranchGate.all(of: rule, taxonomy).filter(\.isReached).map { gate in
            "\(gate.isClosed ? "never" : text(Double(gate.gate))) \(gate.node.map { "below \($0)" } ?? "at the first level")"
        }
        return gatesBegin + (gates.isEmpty ? "never" : gates.joined(separator: ", ")) + "."
    }

    /// For which stream a model answers.
    static func shares(_ shares: ClassShares, _ taxonomy: Taxonomy) -> String {
        "\(sharesBegin)\(ShareCorrection.words(shares, taxonomy)). \(sharesEnd)"
    }

    /// Puts the classes' shares, and the gates that hold with them, into the card of a model; nil takes the shares out.
    ///
    /// - Parameter changeModel: changes the model itself. Where it throws, the card stays as it was.
    static func tell(
        _ shares: ClassShares?,
        _ rule: DecisionRule,
        _ taxonomy: Taxonomy,
        folder: String,
        _ changeModel: () throws -> Void = {}
    ) throws {
        try edit(folder, changeModel) { card in
            put(gates(rule, taxonomy), shares.map { self.shares($0, taxonomy) }, &card)
        }
    }

    /// Puts the gates and what `trifid calibrate` has found into the card of a model that it changes.
    ///
    /// - Parameter changeModel: changes the model itself. Where it throws, the card stays as it was.
    static func recalibrate(
        folder: String,
        _ outcome: Recalibration.Outcome,
        _ taxonomy: Taxonomy,
        _ changeModel: () throws -> Void = {}
    ) throws {
        try edit(folder, changeModel) { card in
            put(gates(outcome.decision, taxonomy), nil, &card)
            card.putAlerts(
                "\(outcome.alerts) labelled alerts, each answered by a model that was trained like this one without the alert's "
                    + "fold (`trifid calibrate`). Temperatures of what alerts show were multiplied by \(text(outcome.factor)). "
                    + "What the gates decide of the alerts that arrive with a label that says what is right there, the gates of each "
                    + "fold fitted to the others (an interval takes every alert for an object):",
                [CardText.alertsHead, "|---|---|---|---|---|"]
                    + outcome.decisions.branches.filter { $0.count > 0 }.map { branch in
                        let right = branch.decided > 0 ? "\(branch.decided - branch.wrong)" : "–"
                        let interval = branch.interval
                        return "| \(branch.name) | \(branch.count) | \(branch.decided) | \(right) | "
                            + (branch.decided > 0
                                ? "\(text(1 - interval.high)) to \(text(1 - interval.low)) |" : "– |")
                    },
                below: alertsHeading,
                before: dataHeading
            )
        }
    }

    /// The sentence of the gates in the place of the one that is there, and that of the shares behind it. Where a hand has taken the
    /// gates out, what tells of shares brings them back: they hold for these alone.
    private static func put(_ gates: String, _ shares: String?, _ card: inout CardText) {
        // While the shares still stand behind them: gates without a full stop end there.
        if let place = card.range(of: gatesSentence) { card.put(gates, at: place) }
        while let place = card.range(of: sharesSentence) { card.remove(place) }
        guard let shares else { return }
        if let place = card.range(of: gatesSentence) {
            card.insert(shares, behind: place)
        } else {
            card.add([gates, shares], below: answersHeading)
        }
    }

    /// Changes a model and its card; one without a card gets none.
    private static func edit(
        _ folder: String,
        _ changeModel: () throws -> Void,
        _ change: (inout CardText) -> Void
    ) throws {
        // Both lie on the disk before either is replaced: where there is no room, or the model may not be changed, the card goes
        // on saying what is so. Killed between the two, it says what was, and the next run makes it say what is.
        guard let draft = try draft(folder, change) else { return try changeModel() }
        do { try changeModel() } catch {
            draft.discard()
            throw error
        }
        do throws(DurableFile.Failure) { try draft.takePlace() } catch {
            throw RunFolder.Fault(
                description:
                    "\(error.path) cannot be written: \(error.reason); it tells of the model as it was: run it again"
            )
        }
    }

    /// The card with a change; nil where there is none, or nothing in it changes.
    private static func draft(_ folder: String, _ change: (inout CardText) -> Void) throws -> DurableFile.Draft? {
        let path = folder + "/card.md"
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        func fault(_ words: String) -> RunFolder.Fault {
            RunFolder.Fault(description: "\(path) \(words): mend it, or take it away, for a model needs no card")
        }
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try FileContents.read(path, maximum: FileContents.largestText)
        } catch { throw fault("cannot be read: \(error.reason)") }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw fault("is no text in UTF-8") }
        var card = CardText(text, sentences: [gatesSentence, sharesSentence])
        change(&card)
        let changed = Array(card.text.utf8)
        guard changed != bytes else { return nil }
        return try changed.withUnsafeBytes { try DurableFile.Draft($0, for: path) }
    }
}
