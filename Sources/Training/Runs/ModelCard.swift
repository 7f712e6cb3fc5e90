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
        lines += [
            "## How it was made", "",
            "`trifid finetune` on the data set `\(data.description.name)` (\(data.objects.count) objects, "
                + "\(data.lightCurves.count) points), seed \(description.seed), \(description.threads) threads, \(steps) steps"
                + (description.fold.map { ", without the alerts of fold \($0)" } ?? "")
                + (description.labels.map { ", by \($0.percentage) of the labels (draw \($0.draw))" } ?? "")
                + (description.from == nil
                    ? "." : ", from the weights of a contrastive pre-training (`trifid pretrain`).")
                + (manifest.architecture.members > 1
                    ? " It is \(manifest.architecture.members) networks from as many seeds, whose mean answers." : ""),
            "", "```yaml", String(decoding: recipe, as: UTF8.self).trimmed, "```", "",
        ]
        return lines.joined(separator: "\n")
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
    static func tell(_ shares: ClassShares?, _ rule: DecisionRule, _ taxonomy: Taxonomy, folder: String) throws {
        try edit(folder) { lines in
            lines.removeAll { $0.hasPrefix(sharesStem) }
            guard let place = lines.firstIndex(where: { $0.hasPrefix(gatesStem) }) else { return }
            lines[place] = gates(rule, taxonomy)
            guard let shares else { return }
            lines[place] += "\n" + sharesStem + ShareCorrection.words(shares, taxonomy) + sharesEnd
        }
    }

    private static let sharesStem =
        "It answers for a stream with these shares of the classes in per cent (`trifid calibrate --shares`): "

    private static let sharesEnd = ". The figures of this card are of the model without them."

    private static let realAlerts = "## On real alerts"

    /// Puts the gates and what `trifid calibrate` has found into the card of a model that it has changed.
    static func recalibrate(folder: String, _ outcome: Recalibration.Outcome, _ taxonomy: Taxonomy) throws {
        try edit(folder) { lines in
            if let place = lines.firstIndex(where: { $0.hasPrefix(gatesStem) }) {
                lines[place] = gates(outcome.decision, taxonomy)
            }
            lines.removeAll { $0.hasPrefix(sharesStem) }
            if let start = lines.firstIndex(of: realAlerts) {
                let end = lines[(start + 1)...].firstIndex { $0.hasPrefix("## ") } ?? lines.count
                lines.removeSubrange(start..<end)
            }
            let place = lines.firstIndex { $0.hasPrefix("## Data") } ?? lines.count
            lines.insert(
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

    /// Changes the card of a model line by line; one without a card gets none.
    private static func edit(_ folder: String, _ change: (inout [String]) -> Void) throws {
        let path = folder + "/card.md"
        guard FileManager.default.fileExists(atPath: path) else { return }
        var lines = try String(contentsOfFile: path, encoding: .utf8).split(
            separator: "\n",
            omittingEmptySubsequences: false
        ).map(String.init)
        change(&lines)
        try Array(lines.joined(separator: "\n").utf8).withUnsafeBytes { try DurableFile.write($0, to: path) }
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

extension String {
    /// Without line breaks at the end.
    fileprivate var trimmed: String {
        var text = self
        while text.last?.isNewline == true { text.removeLast() }
        return text
    }
}
