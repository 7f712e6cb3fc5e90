internal import AstroM3
internal import DataSets
internal import Foundation
internal import Ground
internal import Sky

/// `card.md` of a model: what it was made from and how, how good it is on objects that training has not seen, and whom to thank.
struct ModelCard {
    let manifest: ModelManifest
    let description: RunFolder.Description
    let data: DataSet
    let pool: ExamplePool
    /// Calibrated answers to the validation objects.
    let scores: Scores
    /// The recipe as it was given.
    let recipe: [UInt8]
    let steps: Int
    /// What the maker adds, in Markdown.
    let notes: String

    /// The card.
    var text: String {
        var lines = ["# \(manifest.name) \(manifest.version)", ""]
        if !notes.isEmpty { lines += [notes, ""] }
        lines += answers
        lines += validation
        lines += ["## Data", "", data.description.description, ""] + counts + sources
        let recipe = String(decoding: self.recipe, as: UTF8.self).trimmingCharacters(in: .newlines)
        lines += [
            "## How it was made", "",
            "`trifid finetune` on the data set `\(data.description.name)` (\(data.objects.count) objects, "
                + "\(data.lightCurves.count) points), seed \(description.seed), \(description.threads) threads, \(steps) steps"
                + (description.fold.map { ", without the alerts of fold \($0)" } ?? "")
                + (description.labels.map { ", by \(Self.words($0))" } ?? "")
                + (description.from == nil ? "." : ", \(Self.pretrained) (`trifid pretrain`).")
                + (manifest.architecture.members > 1
                    ? " It is \(manifest.architecture.members) networks from as many seeds, whose mean answers." : ""),
            "", "```yaml", recipe, "```", "",
        ]
        return lines.joined(separator: "\n")
    }

    /// What a card says of a run that began with a pre-training, by which it is known again.
    private static let pretrained = "from the weights of a contrastive pre-training"

    /// Whether a card's text says so.
    static func tellsOfPretraining(_ text: Substring) -> Bool { text.contains(pretrained) }

    /// What a card says of a part of the labels, by which it is known again.
    static func words(_ labels: LabelShare) -> String { "\(labels.percentage) of the labels (draw \(labels.draw))" }

    /// The part of the labels that a card's text tells of, in its words; nil where it tells of none.
    static func labels(in text: Substring) -> String? {
        text.firstMatch(of: /[0-9.]+ % of the labels \(draw [0-9]+\)/).map { String($0.output) }
    }

    private var answers: [String] {
        let tree = manifest.taxonomy.nodes
        func line(_ node: Taxonomy.Node, _ depth: Int) -> [String] {
            let children = tree.filter { $0.parent == node.name }
            return [String(repeating: "  ", count: depth) + "* \(node.name)"] + children.flatMap { line($0, depth + 1) }
        }
        return ["## What it answers", ""] + tree.filter { $0.parent == nil }.flatMap { line($0, 0) } + [
            "", Self.gates(manifest.decision, manifest.taxonomy), "",
        ]
    }

    private static let gatesBegin =
        "It decides for the deepest node whose probability, and that of all above it, reaches the gate: "

    /// What the sentence of every card begins with, also of one that has been calibrated by hand.
    private static let gatesStem = "It decides for the deepest node whose probability"

    private static func gates(_ rule: DecisionRule, _ taxonomy: Taxonomy) -> String {
        let gates = rule.gates(taxonomy).map { node, gate in
            "\(gate < 1 ? text(Double(gate)) : "never") \(node.map { "below \($0)" } ?? "at the first level")"
        }
        return gatesBegin + gates.joined(separator: ", ") + "."
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
            while let place = card.sentence(sharesStem) { card.lines.removeSubrange(place) }
            guard let place = card.sentence(gatesStem) else { return }
            card.put(gates(rule, taxonomy), at: place)
            guard let shares, let end = card.sentence(gatesStem)?.upperBound else { return }
            card.lines.insert(sharesStem + ShareCorrection.words(shares, taxonomy) + sharesEnd, at: end)
        }
    }

    private static let sharesStem =
        "It answers for a stream with these shares of the classes in per cent (`trifid calibrate --shares`): "

    private static let sharesEnd = ". The figures of this card are of the model without them."

    private static let realAlerts = "## On real alerts"

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
            while let place = card.sentence(sharesStem) { card.lines.removeSubrange(place) }
            if let place = card.sentence(gatesStem) { card.put(gates(outcome.decision, taxonomy), at: place) }
            if let section = card.section(realAlerts) { card.lines.removeSubrange(section) }
            let place = card.lines.firstIndex { $0.hasPrefix("## Data") } ?? card.lines.count
            card.lines.insert(
                contentsOf: [
                    realAlerts, "",
                    "\(outcome.alerts) labelled alerts, each answered by a model that was trained like this one without the alert's "
                        + "fold (`trifid calibrate`). Temperatures of what alerts show were multiplied by \(text(outcome.factor)). "
                        + "What the gates decide of the alerts that arrive with a label that says what is right there, the gates of each "
                        + "fold fitted to the others (an interval takes every alert for an object):", "",
                    "| | alerts | decided | right | 95 % interval |", "|---|---|---|---|---|",
                ]
                    + outcome.decisions.branches.filter { $0.count > 0 }.map { branch in
                        let right = branch.decided > 0 ? "\(branch.decided - branch.wrong)" : "–"
                        let interval = branch.interval
                        return "| \(branch.name) | \(branch.count) | \(branch.decided) | \(right) | "
                            + (branch.decided > 0
                                ? "\(text(1 - interval.high)) to \(text(1 - interval.low)) |" : "– |")
                    } + [""],
                at: place
            )
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
        var card = CardText(text, sentences: [gatesStem, sharesStem])
        change(&card)
        let changed = Array(card.text.utf8)
        guard changed != bytes else { return nil }
        return try changed.withUnsafeBytes { try DurableFile.Draft($0, for: path) }
    }

    private var validation: [String] {
        var lines = [
            "## On objects that training has not seen", "",
            "The validation objects of the data set as they are. The best weights were chosen by looks at them as an alert "
                + "could show them, temperatures and gates by them whole and cut at 4, 8 and 16 detections.", "",
            "| | objects | accuracy | balanced | surest 75 % |", "|---|---|---|---|---|",
        ]
        func row(_ title: String, _ level: Scores.Level) -> String {
            "| \(title) | \(level.count) | \(Self.text(level.accuracy)) | \(Self.text(level.balancedAccuracy)) "
                + "| \(Self.text(level.surest)) |"
        }
        lines.append(row("first level", scores.firstLevel))
        for set in Set(scores.answers.map(\.modalities)).sorted() {
            lines.append(row("first level, \(set)", scores.picked { $0.modalities == set }.firstLevel))
        }
        lines.append(row("deepest labelled node", scores.ofLabels))
        let level = scores.ofLabels
        lines += ["", "| node | objects | recall | precision |", "|---|---|---|---|"]
        for name in level.names {
            lines.append(
                "| \(name) | \(level.counts[name] ?? 0) | \(Self.text(level.recall[name] ?? 0)) "
                    + "| \(Self.text(level.precision[name] ?? 0)) |"
            )
        }
        return lines + [""]
    }

    private var counts: [String] {
        var nodes: [String: Int] = [:]
        for object in pool.objects { nodes[data.objects[object].node, default: 0] += 1 }
        let sorted = nodes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return [
            "Objects that it learned from, by node: " + sorted.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
                + ".", "",
        ]
    }

    private var sources: [String] {
        guard !data.description.sources.isEmpty else { return [] }
        return ["| data | licence | cite |", "|---|---|---|"]
            + data.description.sources.map { "| \($0.what) | \($0.licence) | \($0.cite) |" } + [""]
    }

    private static func text(_ value: Double) -> String {
        let thousandths = Int((value * 1000).rounded())
        let digits = String(thousandths % 1000)
        return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
    }
}

/// A card line by line, each with the line break that it has.
private struct CardText {
    /// One that is put in may be without a line break.
    var lines: [String] = []
    private let lineBreak: String
    /// What the sentences begin with that are looked for.
    private let stems: [String]

    init(_ text: String, sentences stems: [String]) {
        self.stems = stems
        lineBreak = text.first(where: \.isNewline).map { String($0) } ?? "\n"
        var rest = text[...]
        while let place = rest.firstIndex(where: \.isNewline) {
            lines.append(String(rest[...place]))
            rest = rest[rest.index(after: place)...]
        }
        lines.append(String(rest))
    }

    var text: String {
        lines.dropLast().map { $0.last?.isNewline == true ? $0 : $0 + lineBreak }.joined() + (lines.last ?? "")
    }

    /// The lines of the first sentence that begins so, and a line with it, to the end of its paragraph or to another of the
    /// sentences: a hand may have wrapped it anywhere.
    func sentence(_ stem: String) -> Range<Int>? {
        guard let start = lines.indices.first(where: { begins($0, stem) }) else { return nil }
        let end = lines.indices.first { place in
            place > start && (interrupts(place) || stems.contains { begins(place, $0) })
        }
        return start..<(end ?? lines.count)
    }

    private func begins(_ start: Int, _ stem: String) -> Bool {
        var (end, length) = (start, 0)
        while end < lines.count, length <= stem.utf8.count, end == start || !interrupts(end) {
            length += words(end..<end + 1).utf8.count + 1
            end += 1
        }
        return words(start..<end).hasPrefix(stem)
    }

    /// Whether Markdown takes a line for no part of the paragraph before it.
    private func interrupts(_ line: Int) -> Bool {
        let words = words(line..<line + 1)
        return words.isEmpty || ["#", "* ", "- ", "+ ", "|", ">", "```"].contains { words.hasPrefix($0) }
    }

    private func words(_ place: Range<Int>) -> String {
        lines[place].map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }.joined(separator: " ")
    }

    /// A heading and what is below it.
    func section(_ heading: String) -> Range<Int>? {
        guard let start = lines.indices.first(where: { words($0..<$0 + 1) == heading }) else { return nil }
        return start..<(lines[(start + 1)...].firstIndex { $0.hasPrefix("## ") } ?? lines.count)
    }

    /// A sentence in the place of another; one that says the same stays, however it is wrapped.
    mutating func put(_ sentence: String, at place: Range<Int>) {
        if words(place) != sentence { lines.replaceSubrange(place, with: [sentence]) }
    }
}
