/// A table of counts whose rows are true classes and whose columns are answers, shaded by the share of the row: what is right
/// in one colour, what is wrong in another. HTML, so that it can be read out and copied.
package struct HeatTable: Sendable {
    private let names: [String]
    private let counts: [[Int]]
    private let title: String

    /// - Parameters:
    ///   - names: of the classes, for rows and columns.
    ///   - counts: (true, answered).
    ///   - title: what it shows, for readers that cannot see it.
    package init(names: [String], counts: [[Int]], title: String) {
        (self.names, self.counts, self.title) = (names, counts, title)
    }

    /// The `table` element.
    package var markup: Markup {
        let heads = names.map { name in
            Markup("th", ["scope": "col"], [Markup("span", [:], [.text(name)])])
        }
        let first = Markup(
            "tr",
            [:],
            [Markup("td", ["class": "corner"], [.text("true ↓  answer →")])] + heads + [
                Markup("th", ["scope": "col", "class": "count"], [Markup("span", [:], ["objects"])])
            ]
        )
        let rows = counts.enumerated().map { row, line in
            let total = line.reduce(0, +)
            let cells = line.enumerated().map { column, count in
                cell(count, of: total, names[row], names[column], isRight: row == column)
            }
            return Markup(
                "tr",
                [:],
                [Markup("th", ["scope": "row"], [.text(names[row])])] + cells
                    + [Markup("td", ["class": "count"], [.text("\(total)")])]
            )
        }
        return Markup(
            "table",
            ["class": names.count > 6 ? "heat many" : "heat", "aria-label": title],
            [Markup("thead", [:], [first]), Markup("tbody", [:], rows)]
        )
    }

    private func cell(_ count: Int, of total: Int, _ truth: String, _ answer: String, isRight: Bool) -> Markup {
        let share = total > 0 ? Double(count) / Double(total) : 0
        let hint = "\(count) of \(total) \(truth) answered \(answer)"
        // Pale cells keep the ink of the page, full ones have white.
        let opacity = count == 0 ? 0 : 0.08 + 0.92 * share
        return Markup(
            "td",
            [
                "class": (share >= 0.5 ? "full" : "pale") + (isRight ? " right" : ""), "title": hint,
                "style": count == 0
                    ? "" : "background-color: rgba(var(--\(isRight ? "right" : "wrong")), \(opacity.fixed(2)))",
            ],
            [.text(Self.percent(count, of: total))]
        )
    }

    /// Whole per cent; what is nearly none or nearly all is not said to be so.
    private static func percent(_ count: Int, of total: Int) -> String {
        guard count > 0 else { return "·" }
        let percent = 100 * Double(count) / Double(max(total, 1))
        if percent < 0.5 { return "<1" }
        return count < total && percent >= 99.5 ? ">99" : percent.fixed(0)
    }
}
