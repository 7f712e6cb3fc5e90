internal import Plots

/// What pages are made of.
enum PageParts {
    static func section(_ name: String, _ title: String, _ parts: [Markup]) -> Markup {
        Markup("section", ["id": name], [Markup("h2", [:], [.text(title)])] + parts)
    }

    static func paragraph(_ text: String) -> Markup { Markup("p", [:], [.text(text)]) }

    /// Plots beside each other where there is room, with one caption.
    static func figure(_ name: String, _ plots: [(title: String, plot: Markup)], _ caption: String) -> Markup {
        let panels = plots.map { title, plot in
            Markup("div", ["class": "panel"], title.isEmpty ? [plot] : [Markup("h3", [:], [.text(title)]), plot])
        }
        return Markup(
            "figure",
            ["id": name],
            [
                Markup("div", ["class": "panels"], panels), Markup("figcaption", [:], [.text(caption)]),
            ]
        )
    }

    /// A table whose first column names the rows; the others hold numbers.
    static func table(_ name: String, _ head: [String], _ rows: [[String]], _ caption: String) -> Markup {
        let heads = Markup("tr", [:], head.map { Markup("th", ["scope": "col"], [.text($0)]) })
        let lines = rows.map { row in
            Markup(
                "tr",
                [:],
                row.enumerated().map { place, text in
                    Markup(place == 0 ? "th" : "td", place == 0 ? ["scope": "row"] : [:], [.text(text)])
                }
            )
        }
        let table = Markup(
            "table",
            ["id": name],
            [Markup("thead", [:], [heads]), Markup("tbody", [:], lines)]
        )
        return captioned(table, caption)
    }

    /// A table under its caption, which keeps the width of the page.
    static func captioned(_ table: Markup, _ caption: String) -> Markup {
        Markup("div", ["class": "table"], [Markup("p", ["class": "caption"], [.text(caption)]), scroll(table)])
    }

    /// What is too wide for the page moves by itself, and with the keyboard.
    static func scroll(_ wide: Markup) -> Markup { Markup("div", ["class": "scroll", "tabindex": "0"], [wide]) }

    /// Something that is read when it is wanted.
    static func details(_ summary: String, _ parts: [Markup]) -> Markup {
        Markup("details", [:], [Markup("summary", [:], [.text(summary)])] + parts)
    }

    /// `0.943 ± 0.005`
    static func figure(_ value: Double, _ error: Double) -> String { "\(value.fixed(3)) ± \(error.fixed(3))" }

    /// `83.1 %`
    static func percent(_ share: Double) -> String { "\((100 * share).fixed(1)) %" }

    /// Part of a scale between 0 and 1, one standard deviation each side.
    static func around(_ value: Double, _ error: Double) -> ClosedRange<Double> {
        max(0, value - error)...max(0, min(1, value + error))
    }
}
