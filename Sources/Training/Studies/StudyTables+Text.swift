package import Ground
internal import Plots
internal import Sky

extension StudyTables {
    /// As Markdown.
    package func markdown(name: String, data: String) -> String {
        var lines = ["# \(name)", ""]
        lines.append(
            "\(cells) models on the data set \(data). Balanced accuracy is the mean over the classes of the share that is right; "
                + "folds are pooled; ± is the standard deviation over repeats (draws of labels, seeds), and the column after it "
                + "that of the folds. Corrected: rare classes are said more often, probabilities divided by a power of the classes' "
                + "shares. Shares and power are taken from other objects than those that are corrected: \(corrected)."
        )
        lines.append("")
        lines += accuracies
        if !gains.isEmpty { lines += gained }
        if !additions.isEmpty { lines += added }
        return lines.joined(separator: "\n")
    }

    /// By which objects answers are corrected (`StudyVerdicts`).
    private var corrected: String {
        isInFolds
            ? "for each fold from the answers to the others (while one alone is done, nothing is corrected)"
            : "for each of \(StudyVerdicts.groups) groups of objects, all that are one object on the sky in one group, from the answers "
                + "to the other groups"
    }

    private var accuracies: [String] {
        Self.table(
            [
                "variant", "labels", "start", "modalities", "objects", "accuracy", "balanced accuracy", "fold to fold",
                "corrected",
            ]
                + classes,
            rows.map { row in
                [
                    row.setting.variant, LabelShare.percentage(row.setting.fraction), row.setting.start,
                    row.modalities.description, "\(row.objects)", Self.text(row.accuracy),
                    Self.text(row.balancedAccuracy), row.foldDeviation?.fixed(3) ?? "",
                    Self.text(row.correctedBalancedAccuracy),
                ] + classes.map { row.recall[$0]?.fixed(3) ?? "" }
            }
        )
    }

    private var gained: [String] {
        [
            "## What pre-training changes", "",
            "Balanced accuracy, accuracy, and balanced accuracy of corrected answers, with less without, and their 2.5 to 97.5 % "
                + "intervals by a paired bootstrap over objects; an object's answers of all repeats are averaged. Read all: a model "
                + "that has become surer of common classes gains accuracy and loses balanced accuracy, and whether it knows more is "
                + "seen in the corrected answers.", "",
        ]
            + Self.table(
                ["variant", "labels", "modalities", "objects"]
                    + ["balanced accuracy", "accuracy", "corrected"].flatMap {
                        ["\($0) without", "with", "difference", "interval"]
                    },
                gains.map { gain in
                    [
                        gain.variant, LabelShare.percentage(gain.fraction), gain.modalities.description,
                        "\(gain.objects)",
                    ] + Self.cells(gain.balancedAccuracy) + Self.cells(gain.accuracy)
                        + Self.cells(gain.correctedBalancedAccuracy)
                }
            )
    }

    private static func cells(_ change: Gain.Change) -> [String] {
        [
            change.without.fixed(3), change.with.fixed(3), signed(change.difference),
            "\(signed(change.interval.lowerBound)) to \(signed(change.interval.upperBound))",
        ]
    }

    private static func json(_ change: Gain.Change) -> JSONValue {
        [
            "without": .number(change.without), "with": .number(change.with), "difference": .number(change.difference),
            "low": .number(change.interval.lowerBound), "high": .number(change.interval.upperBound),
        ]
    }

    private var added: [String] {
        let count = additions.count { $0.isLower == true }
        return [
            "## What one more modality changes", "",
            "Of the same models on the objects that have both sets. It lowers balanced accuracy by more than the deviation "
                + "(between folds; without folds over repeats) in \(count) of the "
                + "\(additions.count { $0.deviation != nil }) cases that have one.", "",
        ]
            + Self.table(
                ["variant", "labels", "start", "seen", "and with", "objects", "before", "after", "deviation", "lower"],
                additions.map { addition in
                    [
                        addition.setting.variant, LabelShare.percentage(addition.setting.fraction),
                        addition.setting.start, addition.before.description,
                        addition.after.subtracting(addition.before).description, "\(addition.objects)",
                        addition.balancedBefore.fixed(3), addition.balancedAfter.fixed(3),
                        addition.deviation?.fixed(3) ?? "",
                        addition.isLower.map { $0 ? "yes" : "no" } ?? "",
                    ]
                }
            )
    }

    private static func table(_ head: [String], _ rows: [[String]]) -> [String] {
        let lines = [head, head.map { _ in "---" }] + rows
        return lines.map { "| " + $0.joined(separator: " | ") + " |" } + [""]
    }

    /// As `tables.json`.
    package func json(name: String, data: String) -> JSONValue {
        func spread(_ spread: Spread) -> JSONValue {
            ["mean": .number(spread.mean), "deviation": .optional(spread.deviation)]
        }
        func head(_ setting: Setting) -> [JSONValue.Member] {
            [
                .init("variant", .string(setting.variant)), .init("labels", .number(setting.fraction)),
                .init("pretrained", .bool(setting.isPretrained)),
            ]
        }
        return [
            "study": .string(name), "data": .string(data), "cells": .integer(Int64(cells)),
            "classes": .array(classes.map { .string($0) }),
            "rows": .array(
                rows.map { row in
                    .object(
                        head(row.setting) + [
                            .init("modalities", .string(row.modalities.description)),
                            .init("objects", .integer(Int64(row.objects))),
                            .init("repeats", .integer(Int64(row.repeats))), .init("accuracy", spread(row.accuracy)),
                            .init("balancedAccuracy", spread(row.balancedAccuracy)),
                            .init("correctedBalancedAccuracy", spread(row.correctedBalancedAccuracy)),
                            .init("foldDeviation", .optional(row.foldDeviation)),
                            .init(
                                "recall",
                                .object(
                                    classes.compactMap { name in row.recall[name].map { .init(name, .number($0)) } }
                                )
                            ),
                        ]
                    )
                }
            ),
            "gains": .array(
                gains.map { gain in
                    [
                        "variant": .string(gain.variant), "labels": .number(gain.fraction),
                        "modalities": .string(gain.modalities.description),
                        "objects": .integer(Int64(gain.objects)),
                        "balancedAccuracy": Self.json(gain.balancedAccuracy), "accuracy": Self.json(gain.accuracy),
                        "correctedBalancedAccuracy": Self.json(gain.correctedBalancedAccuracy),
                    ]
                }
            ),
            "additions": .array(
                additions.map { addition in
                    .object(
                        head(addition.setting) + [
                            .init("before", .string(addition.before.description)),
                            .init("after", .string(addition.after.description)),
                            .init("objects", .integer(Int64(addition.objects))),
                            .init("balancedBefore", .number(addition.balancedBefore)),
                            .init("balancedAfter", .number(addition.balancedAfter)),
                            .init("deviation", .optional(addition.deviation)),
                            .init("lower", addition.isLower.map { .bool($0) } ?? .null),
                        ]
                    )
                }
            ),
        ]
    }

    private static func text(_ spread: Spread) -> String {
        spread.mean.fixed(3) + (spread.deviation.map { " ± \($0.fixed(3))" } ?? "")
    }

    private static func signed(_ value: Double) -> String { (value < 0 ? "-" : "+") + abs(value).fixed(3) }
}

extension StudyTables.Setting {
    /// What its models begin with, for people.
    fileprivate var start: String { isPretrained ? "pre-trained" : "none" }
}
