internal import AstroM3
internal import DataSets
package import Ground
internal import Sky

extension EvaluationReport {
    /// The raw numbers, `report.json`.
    package var json: JSONValue {
        .object(
            evaluation.head + [
                .init("checksum", .string(evaluation.model.checksum)), .init("command", .string(command)),
                .init("n", .integer(Int64(scores.answers.count))), .init("leftOut", tested.json),
                .init("levels", .array(levels.map(json))),
                .init("decisions", .array(decisions.branches.map(Self.json))),
                .init("byPoints", .array(byPoints.map { Self.json($0, "points") })),
                .init("byDays", .array(byDays.map { Self.json($0, "days") })),
                .init(
                    "byModalities",
                    .array(
                        modalities.map { row in
                            [
                                "modalities": .string(row.set.description), "having": Self.json(row.having),
                                "ofObjectsWithAll": row.common.map(Self.json) ?? .null,
                            ]
                        }
                    )
                ),
                .init(
                    "bySource",
                    .object(
                        sources.map { column, rows in
                            .init(
                                column,
                                .array(rows.map { ["name": .string($0.name), "figures": Self.json($0.figures)] })
                            )
                        }
                    )
                ),
                .init("embeddings", embeddings.json),
            ] + (beside?.members ?? [])
        )
    }

    private func json(_ level: LevelDetail) -> JSONValue {
        let names = level.classes.nodes.map { scores.labels.names[$0] }
        let curve: [JSONValue.Member] = [
            .init("confusion", .array(level.figures.confusion.map { .array($0.map { .integer(Int64($0)) }) })),
            .init(
                "reliability",
                .array(
                    level.reliability.bins.map {
                        [
                            "n": .integer(Int64($0.count)), "confidence": .number($0.confidence),
                            "right": .integer(Int64($0.right)),
                        ]
                    }
                )
            ),
            .init("riskCoverage", ["own": Self.json(level.risk), "plainSoftmax": Self.json(level.plainRisk)]),
        ]
        return .object(
            [.init("level", .string(level.classes.name)), .init("classes", .array(names.map(JSONValue.string)))]
                + level.figures.members + curve
        )
    }

    /// The risk at each hundredth of the coverage.
    private static func json(_ curve: RiskCoverage) -> JSONValue {
        [
            "area": .number(curve.area),
            "risk": .array((1...100).map { .number(curve.risk(at: Double($0) / 100)) }),
        ]
    }

    private static func json(_ branch: Decisions.Branch) -> JSONValue {
        [
            "below": branch.node.map(JSONValue.string) ?? .null, "gate": .number(branch.gate),
            "reached": .bool(branch.isReached), "n": .integer(Int64(branch.count)),
            "decided": .integer(Int64(branch.decided)), "wrong": .integer(Int64(branch.wrong)),
            "risk": branch.decided > 0 ? .number(branch.risk) : .null,
            "interval95": .array([.number(branch.interval.low), .number(branch.interval.high)]),
        ]
    }

    private static func json(_ figures: Figures) -> JSONValue {
        ["firstLevel": figures.first.json, "labels": figures.deepest.json, "decided": json(figures.decided)]
    }

    private static func json(_ early: Early, _ unit: String) -> JSONValue {
        .object([
            .init(unit, early.limit.map { .integer(Int64($0)) } ?? .string("all")),
            .init("shortened", .integer(Int64(early.shortened))), .init("all", json(early.all)),
            .init("photometry", json(early.alone)),
        ])
    }
}
