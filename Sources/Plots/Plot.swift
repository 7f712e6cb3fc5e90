/// A plot of lines, steps, points and intervals as SVG, drawn in a box of fixed size so that it scales as a whole. Colours
/// are those of `PlotStyle`, which the page or the file holds.
package struct Plot: Sendable {
    /// How a series looks: one of eight colours, full or dashed.
    package struct Series: Hashable, Sendable {
        /// As the legend names it; empty: not in the legend.
        package var name: String
        /// From 1 to 8.
        package var colour: Int
        package var isDashed: Bool

        package init(_ name: String, colour: Int, isDashed: Bool = false) {
            (self.name, self.colour, self.isDashed) = (name, min(max(colour, 1), 8), isDashed)
        }
    }

    /// A point, with an interval where it has one, and what is shown when it is pointed at.
    package struct Point: Hashable, Sendable {
        package var x: Double
        package var y: Double
        package var interval: ClosedRange<Double>?
        package var hint: String

        package init(_ x: Double, _ y: Double, interval: ClosedRange<Double>? = nil, hint: String = "") {
            (self.x, self.y, self.interval, self.hint) = (x, y, interval, hint)
        }
    }

    private enum Mark: Sendable {
        case line([Point], Series, isStep: Bool, hasPoints: Bool)
        case band([Point], Series)
        /// Points with intervals along the axis that holds numbers.
        case points([Point], Series)
        case reference(from: (Double, Double), to: (Double, Double), text: String)
    }

    private let title: String
    private let x: Axis
    private let y: Axis
    private var marks: [Mark] = []
    private let width: Double
    private let rowHeight = 21.0

    /// - Parameter title: what it shows, for readers that cannot see it.
    package init(_ title: String, x: Axis, y: Axis, width: Double = 440) {
        (self.title, self.x, self.y, self.width) = (title, x, y, width)
    }

    /// A line through points, or a stair that keeps each value until the next; intervals as a band under it.
    package mutating func addLine(
        _ points: [Point],
        _ series: Series,
        isStep: Bool = false,
        hasPoints: Bool = true
    ) {
        let points = points.filter { $0.x.isFinite && $0.y.isFinite }
        if points.contains(where: { $0.interval != nil }) { marks.append(.band(points, series)) }
        marks.append(.line(points, series, isStep: isStep, hasPoints: hasPoints))
    }

    /// Points, each with its interval.
    package mutating func addPoints(_ points: [Point], _ series: Series) {
        marks.append(.points(points.filter { $0.x.isFinite && $0.y.isFinite }, series))
    }

    /// A thin line to compare with.
    package mutating func addReference(
        from start: (x: Double, y: Double),
        to end: (x: Double, y: Double),
        _ text: String = ""
    ) {
        marks.append(.reference(from: (start.x, start.y), to: (end.x, end.y), text: text))
    }

    // MARK: Drawing

    private struct Box {
        var left: Double
        var top: Double
        var right: Double
        var bottom: Double
        var height: Double
    }

    /// Pixels of a letter, about.
    private static let letter = 6.7

    /// A series as the legend shows it: as it is drawn.
    private struct Key: Hashable {
        var series: Series
        var hasLine: Bool
        var hasPoints: Bool
    }

    private var legend: [Key] {
        var found: [Key] = []
        for mark in marks {
            let key: Key
            switch mark {
            case .line(_, let series, _, let hasPoints): key = Key(series: series, hasLine: true, hasPoints: hasPoints)
            case .points(_, let series): key = Key(series: series, hasLine: false, hasPoints: true)
            default: continue
            }
            if !key.series.name.isEmpty, !found.contains(key) { found.append(key) }
        }
        return found.count > 1 ? found : []
    }

    /// Rows of the legend, each as wide as the plot at the most.
    private var legendRows: [[(key: Key, x: Double)]] {
        var rows: [[(Key, Double)]] = []
        var start = 0.0
        for key in legend {
            let size = 34 + Self.letter * Double(key.series.name.count) + 14
            if rows.isEmpty || start + size > width - 16 {
                rows.append([])
                start = 0
            }
            rows[rows.count - 1].append((key, 8 + start))
            start += size
        }
        return rows
    }

    private func box() -> Box {
        let widest = y.ticks.map { Double($0.text.count) }.max() ?? 0
        let left = 14 + Self.letter * widest + (y.label.isEmpty ? 0 : 20)
        let top = 12 + 20 * Double(legendRows.count)
        let area = y.isNames ? max(2, Double(y.ticks.count)) * rowHeight : 220
        // Half of what is written at the end of the axis stands beyond it.
        let end = x.isNames ? 0 : Self.letter * Double(x.ticks.last?.text.count ?? 0) / 2
        let beyond = max(16, end + 4)
        return Box(left: left, top: top, right: width - beyond, bottom: top + area, height: top + area + 46)
    }

    /// The `svg` element.
    package var markup: Markup { markup(style: nil) }

    /// The whole as a file of its own, light and dark.
    package var file: String {
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + markup(style: PlotStyle.css).serialised + "\n"
    }

    private func markup(style: String?) -> Markup {
        let box = box()
        var children = style.map { [Markup("style", [:], [.text($0)])] } ?? []
        if style != nil {
            children.append(
                Markup("rect", ["class": "ground", "width": number(width), "height": number(box.height)])
            )
        }
        children += frame(box)
        for mark in marks { children += drawn(mark, box) }
        children += drawnLegend()
        return Markup(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "class": "plot", "role": "img", "aria-label": title,
                "viewBox": "0 0 \(number(width)) \(number(box.height))",
            ],
            children
        )
    }

    private func number(_ value: Double) -> String {
        let text = value.fixed(1).replacing("−", with: "-")
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    private func place(_ point: (x: Double, y: Double), _ box: Box) -> (x: Double, y: Double) {
        let across = box.left + (box.right - box.left) * x.place(point.x)
        let share = y.place(point.y)
        let down = box.bottom - box.top
        return (across, y.isNames ? box.top + down * share : box.bottom - down * share)
    }

    private func frame(_ box: Box) -> [Markup] {
        var parts: [Markup] = []
        for tick in y.ticks {
            let at = place((x.range.lowerBound, tick.value), box).y
            parts.append(line((box.left, at), (box.right, at), "grid"))
            parts.append(text(tick.text, box.left - 6, at + 4, "tick end"))
        }
        for tick in x.ticks {
            let at = place((tick.value, y.range.lowerBound), box).x
            parts.append(line((at, box.top), (at, box.bottom), y.isNames ? "grid" : "grid faint"))
            parts.append(text(tick.text, at, box.bottom + 16, "tick middle"))
        }
        parts.append(line((box.left, box.bottom), (box.right, box.bottom), "axis"))
        parts.append(text(x.label, (box.left + box.right) / 2, box.bottom + 36, "label middle"))
        if !y.label.isEmpty {
            let (across, down) = (13.0, (box.top + box.bottom) / 2)
            parts.append(
                Markup(
                    "text",
                    [
                        "class": "label middle", "x": number(across), "y": number(down),
                        "transform": "rotate(-90 \(number(across)) \(number(down)))",
                    ],
                    [.text(y.label)]
                )
            )
        }
        return parts
    }

    private func drawnLegend() -> [Markup] {
        legendRows.enumerated().flatMap { row, entries in
            entries.flatMap { entry -> [Markup] in
                let (middle, series) = (12 + 20 * Double(row), entry.key.series)
                var parts: [Markup] = []
                if entry.key.hasLine {
                    parts.append(line((entry.x, middle), (entry.x + 24, middle), style(series, "line")))
                }
                if entry.key.hasPoints {
                    parts.append(
                        Markup(
                            "circle",
                            [
                                "class": style(series, "dot"), "cx": number(entry.x + 12), "cy": number(middle),
                                "r": "3.8",
                            ]
                        )
                    )
                }
                return parts + [text(series.name, entry.x + 30, middle + 4, "key")]
            }
        }
    }

    private func style(_ series: Series, _ kind: String) -> String {
        "\(kind) s\(series.colour)\(series.isDashed ? " dashed" : "")"
    }

    private func drawn(_ mark: Mark, _ box: Box) -> [Markup] {
        switch mark {
        case .reference(let from, let to, let words):
            let (start, end) = (place(from, box), place(to, box))
            var parts = [line((start.x, start.y), (end.x, end.y), "reference")]
            if !words.isEmpty { parts.append(text(words, end.x - 4, end.y - 6, "note end")) }
            return parts
        case .band(let points, let series):
            let held = points.compactMap { point in point.interval.map { (point.x, $0) } }
            guard held.count > 1 else { return [] }
            let edge =
                held.map { place(($0.0, $0.1.upperBound), box) }
                + held.reversed().map { place(($0.0, $0.1.lowerBound), box) }
            return [Markup("path", ["class": style(series, "band"), "d": path(edge) + "Z"])]
        case .line(let points, let series, let isStep, let hasPoints):
            var corners: [(x: Double, y: Double)] = []
            for point in points {
                let here = place((point.x, point.y), box)
                if isStep, let last = corners.last { corners.append((here.x, last.y)) }
                corners.append(here)
            }
            var parts = [Markup("path", ["class": style(series, "line"), "d": path(corners)])]
            if hasPoints { parts += points.map { dot($0, series, box) } }
            return parts
        case .points(let points, let series):
            return points.flatMap { point -> [Markup] in
                var parts: [Markup] = []
                if let interval = point.interval {
                    let ends =
                        y.isNames
                        ? [place((interval.lowerBound, point.y), box), place((interval.upperBound, point.y), box)]
                        : [place((point.x, interval.lowerBound), box), place((point.x, interval.upperBound), box)]
                    parts.append(line(ends[0], ends[1], style(series, "bar")))
                }
                return parts + [dot(point, series, box)]
            }
        }
    }

    private func dot(_ point: Point, _ series: Series, _ box: Box) -> Markup {
        let at = place((point.x, point.y), box)
        return Markup(
            "circle",
            ["class": style(series, "dot"), "cx": number(at.x), "cy": number(at.y), "r": "3.8"],
            point.hint.isEmpty ? [] : [Markup("title", [:], [.text(point.hint)])]
        )
    }

    private func path(_ corners: [(x: Double, y: Double)]) -> String {
        corners.enumerated().map { "\($0 == 0 ? "M" : "L")\(number($1.x)) \(number($1.y))" }.joined()
    }

    private func line(_ start: (x: Double, y: Double), _ end: (x: Double, y: Double), _ style: String) -> Markup {
        Markup(
            "line",
            [
                "class": style, "x1": number(start.x), "y1": number(start.y), "x2": number(end.x), "y2": number(end.y),
            ]
        )
    }

    private func text(_ words: String, _ x: Double, _ y: Double, _ style: String) -> Markup {
        Markup("text", ["class": style, "x": number(x), "y": number(y)], [.text(words)])
    }
}
