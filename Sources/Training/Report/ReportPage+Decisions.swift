internal import Plots

/// What the model decides by its gates, and how much of it is wrong.
extension ReportPage {
    var decisionSection: Markup {
        func draw(_ level: Detail) -> Markup {
            let most = max(level.risk.risks.max() ?? 0, level.plainRisk.risks.max() ?? 0, 0.02)
            // The surest few decide a height that nobody reads; beyond twice the last risk it is cut.
            let top = max(0.06, min(most, 2 * (level.risk.risks.last ?? 0)))
            var plot = Plot(
                "Risk against coverage, \(level.classes.name)",
                x: .linear("coverage (share of the objects answered)", 0...1),
                y: .linear("risk (share of these wrong)", 0...top)
            )
            func points(_ curve: RiskCoverage) -> [Plot.Point] {
                (1...100).map { Plot.Point(Double($0) / 100, curve.risk(at: Double($0) / 100)) }
            }
            plot.addLine(
                points(level.plainRisk),
                Plot.Series("plain maximum of the softmax", colour: 7, isDashed: true),
                hasPoints: false
            )
            plot.addLine(points(level.risk), Plot.Series("the model's probabilities", colour: 1), hasPoints: false)
            let gate = report.decisions.firstLevel
            if level.classes.name == report.first.classes.name, gate.decided > 0 {
                plot.addReference(from: (0, 0.05), to: (1, 0.05), "5 %")
                plot.addPoints(
                    [
                        Plot.Point(
                            gate.coverage,
                            gate.risk,
                            interval: gate.interval.range,
                            hint: "the gate: \(PageParts.percent(gate.coverage)) decided, "
                                + "\(PageParts.percent(gate.risk)) of these wrong"
                        )
                    ],
                    Plot.Series("at the model's gate", colour: 2)
                )
            }
            return plot.markup
        }
        let rows = report.decisions.branches.map { branch in
            [
                branch.name, branch.isReached ? branch.gate.fixed(3) : "not reached", "\(branch.count)",
                branch.count > 0 ? PageParts.percent(branch.coverage) : "–",
                branch.decided > 0 ? PageParts.percent(branch.risk) : "–",
                branch.decided > 0
                    ? "\(PageParts.percent(branch.interval.low)) to \(PageParts.percent(branch.interval.high))" : "–",
            ]
        }
        let areas = report.levels.map { level in
            [level.classes.name, level.risk.area.fixed(4), level.plainRisk.area.fixed(4)]
        }
        return PageParts.section(
            "decisions",
            "What it decides, and what it leaves open",
            [
                PageParts.figure(
                    "risk",
                    levelPanels(draw),
                    "Objects answered in order of confidence, the surest first. Good is low and flat, with the blue line at or "
                        + "below the grey one: blue takes the calibrated probabilities added up along the tree, grey the largest raw "
                        + "softmax of a leaf. The mark is where the model's own gate stands, with the 95 % interval of its error."
                ),
                PageParts.table(
                    "gates",
                    ["branch of the tree", "gate", "objects", "decided", "wrong of these", "95 % interval"],
                    rows,
                    "The model decides for the deepest node whose probability, and that of every node above it, reaches its branch's "
                        + "gate. Objects: those that were decided down to the branch, and whose label says what is right there. Gates "
                        + "are made for 5 % wrong: good is an interval that holds 5 % or lies below it. A gate of 1 decides nothing, and "
                        + "what stands below it is not reached."
                ),
                PageParts.details(
                    "Areas under the curves",
                    [
                        PageParts.table(
                            "areas",
                            ["level", "the model's probabilities", "plain softmax"],
                            areas,
                            "Mean risk over all coverages; smaller is better."
                        )
                    ]
                ),
            ]
        )
    }
}
