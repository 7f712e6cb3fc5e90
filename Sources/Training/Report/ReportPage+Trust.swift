internal import AstroM3
internal import DataSets
internal import Plots
internal import Sky

/// How far answers can be trusted: calibration, decisions, sources, embeddings, and how all of it was made.
extension ReportPage {
    private typealias Detail = EvaluationReport.LevelDetail

    private func panels(_ draw: (Detail) -> Markup) -> [(title: String, plot: Markup)] {
        [("First level", draw(report.first)), ("Deepest labelled nodes", draw(report.deepest))]
    }

    var calibrationSection: Markup {
        func draw(_ level: Detail) -> Markup {
            var plot = Plot(
                "Reliability diagram, \(level.classes.name)",
                x: .linear("confidence (probability of the answer)", 0...1),
                y: .linear("share right", 0...1)
            )
            plot.addReference(from: (0, 0), to: (1, 1))
            let points = level.reliability.bins.map { bin in
                Plot.Point(
                    bin.confidence,
                    bin.accuracy,
                    interval: ErrorInterval(bin.right, of: bin.count).range,
                    hint: "confidence \(bin.confidence.fixed(3)): \(bin.right) of \(bin.count) right"
                )
            }
            plot.addPoints(points, Plot.Series("", colour: 1))
            return plot.markup
        }
        let rows = report.levels.map { level in
            [
                level.classes.name, "\(level.figures.count)", level.figures.calibrationError.fixed(4),
                level.figures.calibrationErrorExpected.fixed(4),
                (level.figures.calibrationError - level.figures.calibrationErrorExpected).fixed(4),
                level.figures.logLoss.fixed(3),
            ]
        }
        return PageParts.section(
            "calibration",
            "Calibration",
            [
                PageParts.figure(
                    "reliability",
                    panels(draw),
                    "Answers in \(CalibrationError.bins) bins of equal numbers by the probability of what was answered; bars are "
                        + "95 % intervals of the counts. Good is on the dotted line: of answers given with 0.8, 80 % are right. Below "
                        + "the line the model is too sure, above it too modest."
                ),
                PageParts.table(
                    "ece",
                    ["level", "objects", "ECE", "if perfect", "difference", "log loss"],
                    rows,
                    "Expected calibration error over the same bins, and what a model whose confidences are exactly right would show "
                        + "on so many objects, which is not 0. Good is a difference of at most 0.01. Log loss in nats, smaller is "
                        + "better."
                ),
            ]
        )
    }

    var decisionSection: Markup {
        func draw(_ level: Detail) -> Markup {
            let most = max(level.risk.risks.max() ?? 0, level.plainRisk.risks.max() ?? 0, 0.02)
            // The surest few decide a height that nobody reads; beyond twice the last risk it is cut.
            let top = min(most, max(2 * (level.risk.risks.last ?? 0), 0.05))
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
            if level.classes.name == report.first.classes.name, let gate = report.decisions.levels.first,
                gate.decided > 0
            {
                plot.addReference(from: (0, 0.05), to: (1, 0.05), 0.05 < top ? "5 %" : "")
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
        let rows = report.decisions.levels.map { level in
            [
                "level \(level.depth + 1)", level.threshold.fixed(3), "\(level.count)",
                PageParts.percent(level.coverage), level.decided > 0 ? PageParts.percent(level.risk) : "–",
                level.decided > 0
                    ? "\(PageParts.percent(level.interval.low)) to \(PageParts.percent(level.interval.high))" : "–",
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
                    panels(draw),
                    "Objects answered in order of confidence, the surest first. Good is low and flat, with the blue line at or "
                        + "below the grey one: blue takes the calibrated probabilities added up along the tree, grey the largest raw "
                        + "softmax of a leaf. The mark is where the model's own gate stands, with the 95 % interval of its error."
                ),
                PageParts.table(
                    "gates",
                    ["level of the tree", "gate", "objects", "decided", "wrong of these", "95 % interval"],
                    rows,
                    "The model decides for the deepest node whose probability, and that of every node above it, reaches its level's "
                        + "gate. Objects: those whose label says what is right at the level. Gates are made for 5 % wrong: good is an "
                        + "interval that holds 5 % or lies below it. A gate of 1 decides nothing."
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

    var sourceSection: Markup? {
        guard !report.sources.isEmpty else { return nil }
        let classes = report.first.figures.names
        return PageParts.section(
            "sources",
            "Where the data come from",
            [
                PageParts.paragraph(
                    "A model that tells the survey in place of the sky is good on one source of a class and bad on another. Read "
                        + "down a column: good is that a class is found equally well wherever it comes from. The source is never an "
                        + "input."
                )
            ]
                + report.sources.map { column, rows in
                    PageParts.table(
                        "source-\(column)",
                        [column, "objects"] + classes.map { "\($0) found" }
                            + ["first level right", "deepest: objects", "deepest right"],
                        rows.map { row in
                            let (first, deepest) = (row.figures.first, row.figures.deepest)
                            return [row.name, "\(first.count)"]
                                + classes.map { name in
                                    first.recall[name].map { "\($0.fixed(2)) of \(first.counts[name] ?? 0)" } ?? "–"
                                }
                                + [
                                    first.count > 0 ? PageParts.figure(first.accuracy, first.accuracyError) : "–",
                                    "\(deepest.count)",
                                    deepest.count > 0 ? PageParts.figure(deepest.accuracy, deepest.accuracyError) : "–",
                                ]
                        },
                        "By the column \"\(column)\" of objects.csv; \"0.93 of 40\": of 40 objects of that class 93 % are found."
                    )
                }
        )
    }

    var embeddingSection: Markup? {
        let (classes, searches) = (report.embeddings.classes, report.embeddings.searches)
        guard !classes.isEmpty || !searches.isEmpty else { return nil }
        var parts: [Markup] = []
        if !searches.isEmpty {
            parts.append(searchFigure(searches))
        }
        if !classes.isEmpty {
            parts.append(
                PageParts.table(
                    "nearest",
                    [
                        "embedding", "level", "references", "objects", "centroid", "centroid, balanced", "1-NN",
                        "1-NN, balanced", "largest class", "largest, balanced",
                    ],
                    classes.map { found in
                        let scores = found.scores
                        return [
                            found.space.rawValue, found.level, "\(scores.references)", "\(scores.tested)",
                            scores.centroid.accuracy.fixed(3), scores.centroid.balancedAccuracy.fixed(3),
                            scores.neighbour.accuracy.fixed(3), scores.neighbour.balancedAccuracy.fixed(3),
                            scores.chance.accuracy.fixed(3), scores.chance.balancedAccuracy.fixed(3),
                        ]
                    },
                    "Classes told by the frozen embeddings alone: the most similar centroid of a class, or the most similar single "
                        + "object, among the training objects. Good is far above the last two columns, which always answer the largest "
                        + "class. Spectra that stand for several objects of a type are left out of the rows \"spectrum\"."
                )
            )
        }
        return PageParts.section("embeddings", "Embeddings", parts)
    }

    private func searchFigure(_ searches: [EmbeddingScores.Search]) -> Markup {
        func name(_ found: EmbeddingScores.Search) -> String {
            let note = found.isOwn ? "" : ", shared spectra too"
            return "\(found.from.rawValue) → \(found.to.rawValue)\(note)"
        }
        return PageParts.table(
            "retrieval",
            [
                "given → searched", "queries", "among", "R@1", "by chance", "R@5", "by chance", "R@10", "by chance",
                "median rank",
            ],
            searches.map { found in
                let recalls = [1, 5, 10].flatMap { k in
                    found.scores.recalls.first { $0.k == k }.map { [$0.recall.fixed(3), $0.chance.fixed(3)] } ?? [
                        "–", "–",
                    ]
                }
                return [name(found), "\(found.scores.queries)", "\(found.scores.candidates)"] + recalls
                    + ["\(found.scores.medianRank)"]
            },
            "Cross-modal search: with one modality of an object, how often is its other one among the 1, 5, 10 most similar of "
                + "all tested objects. Good is far above chance; a median rank of half the candidates is chance. Metadata that "
                + "many objects share cannot be told apart, whatever the model."
        )
    }

    var methodSection: Markup {
        let data = report.evaluation.data.description
        var parts = [
            PageParts.paragraph(
                "Probabilities are the model's calibrated ones, renormalised over the classes that these objects have; a node's is "
                    + "the sum of its leaves'. The answer of a level is its most probable node. Balanced accuracy is the mean recall "
                    + "of the classes. ± is one standard deviation of the number of objects alone; training again with another seed "
                    + "varies more than that says."
            ),
            Markup(
                "p",
                [:],
                ["Made by ", Markup("code", [:], [.text(report.command)]), "; the raw numbers are in report.json."]
            ),
        ]
        if !data.sources.isEmpty {
            let rows = data.sources.map { source in
                Markup(
                    "tr",
                    [:],
                    [source.what, source.licence, source.cite].map { Markup("td", ["class": "words"], [.text($0)]) }
                )
            }
            let head = Markup(
                "tr",
                [:],
                ["data", "licence", "cite"].map { Markup("th", ["scope": "col"], [.text($0)]) }
            )
            parts.append(
                PageParts.details(
                    "Data, licences, citations",
                    [
                        PageParts.scroll(
                            Markup("table", ["id": "data"], [Markup("thead", [:], [head]), Markup("tbody", [:], rows)])
                        )
                    ]
                )
            )
        }
        return PageParts.section("method", "How this was made", parts)
    }
}
