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
        lines += alerts
        lines += [Self.dataHeading, "", data.description.description, ""] + counts + sources
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

    /// Where the recipe stands in a card's text; nil where there is none.
    static func recipe(in text: String) -> Range<String.Index>? {
        guard let start = text.range(of: "```yaml\n"),
            let end = text.range(of: "\n```", range: start.upperBound..<text.endIndex)
        else { return nil }
        return start.upperBound..<end.lowerBound
    }

    private var answers: [String] {
        let tree = manifest.taxonomy.nodes
        func line(_ node: Taxonomy.Node, _ depth: Int) -> [String] {
            let children = tree.filter { $0.parent == node.name }
            return [String(repeating: "  ", count: depth) + "* \(node.name)"] + children.flatMap { line($0, depth + 1) }
        }
        var lines = [Self.answersHeading, ""] + tree.filter { $0.parent == nil }.flatMap { line($0, 0) }
        lines += ["", Self.gates(manifest.decision, manifest.taxonomy)]
        if let shares = manifest.calibration.shares { lines.append(Self.shares(shares, manifest.taxonomy)) }
        return lines + [""]
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

    /// What a calibration by alerts has changed, as far as the model knows it: a card that is written anew has lost the rest.
    private var alerts: [String] {
        guard let factor = manifest.calibration.factorOfAlerts else { return [] }
        return [
            Self.alertsHeading, "",
            "Labelled alerts have changed its temperatures and gates since (`trifid calibrate`): temperatures of what alerts show "
                + "were multiplied by \(Self.text(factor)). The card that told what is decided of them is lost; the next calibration "
                + "tells them again.", "",
        ]
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

    static func text(_ value: Double) -> String {
        let thousandths = Int((value * 1000).rounded())
        let digits = String(thousandths % 1000)
        return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
    }
}
