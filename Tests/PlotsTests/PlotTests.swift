import Foundation
import Plots
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite struct PlotTests {
    private func attributes(_ plot: Plot, _ element: String, _ style: String) throws -> [[String: String]] {
        let document = try XMLDocument(xmlString: plot.file)
        return try document.nodes(forXPath: "//*[local-name()='\(element)' and starts-with(@class, '\(style)')]").map {
            let attributes = ($0 as? XMLElement)?.attributes ?? []
            return Dictionary(uniqueKeysWithValues: attributes.map { ($0.name ?? "", $0.stringValue ?? "") })
        }
    }

    @Test func roundTicksCoverTheRange() {
        #expect(Axis.linear("", 0...1).ticks.map(\.text) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
        #expect(Axis.linear("", 0...12_000).ticks.map(\.text) == ["0", "5000", "10000"])
        #expect(Axis.linear("", -0.03...0.02).ticks.map(\.text) == ["−0.03", "−0.02", "−0.01", "0.00", "0.01", "0.02"])
        // Nothing to show is no reason to stop.
        #expect(!Axis.linear("", 3...3).ticks.isEmpty && Axis.logarithmic("", []).ticks.isEmpty)
        #expect(Axis.logarithmic("", 0.02...3000).ticks.map(\.text) == ["0.1", "1", "10", "100", "1000"])
    }

    @Test func pointsStandWhereTheirValuesAre() throws {
        var plot = Plot("a & b", x: .logarithmic("n", [.init(1, "1"), .init(100, "100")]), y: .linear("share", 0...1))
        plot.addLine([.init(1, 0), .init(10, 0.5), .init(100, 2)], .init("", colour: 2))
        let dots = try attributes(plot, "circle", "dot s2")
        let (x, y) = (dots.compactMap { Double($0["cx"] ?? "") }, dots.compactMap { Double($0["cy"] ?? "") })
        try #require(x.count == 3 && y.count == 3)
        #expect(abs(x[1] - (x[0] + x[2]) / 2) <= 0.1 && abs(y[0] - y[1] - 110) <= 0.1)
        // Beyond the axis is at its edge.
        #expect(abs(y[0] - y[2] - 220) <= 0.1)
    }

    @Test func whatStandsAtTheEndOfTheAxisIsNotCutOff() throws {
        func end(_ text: String) throws -> (tick: Double, width: Double) {
            let plot = Plot("", x: .logarithmic("n", [.init(1, "1"), .init(100, text)]), y: .linear("share", 0...1))
            let ticks = try attributes(plot, "text", "tick middle").compactMap { Double($0["x"] ?? "") }
            let width = try attributes(plot, "rect", "ground").compactMap { Double($0["width"] ?? "") }
            return (try #require(ticks.max()), try #require(width.first))
        }
        for text in ["1", "100 %", "100 thousand"] {
            let found = try end(text)
            #expect(found.tick + 3.35 * Double(text.count) < found.width, "\(text) \(found)")
        }
    }

    @Test func whatIsNoNumberIsNotDrawn() throws {
        var plot = Plot("", x: .linear("x", 0...1), y: .linear("y", 0...1))
        plot.addLine([.init(0, .nan), .init(.infinity, 0), .init(0.5, 0.5)], .init("a", colour: 1))
        plot.addPoints([.init(.nan, 0)], .init("b", colour: 2))
        #expect(try attributes(plot, "circle", "dot s1").count == 2)  // One point, and the legend's.
        #expect(!plot.file.contains("nan") && !plot.file.contains("inf"))
    }

    @Test func aStairKeepsItsHeightUntilTheNextPoint() throws {
        var plot = Plot("", x: .linear("x", 0...1), y: .linear("y", 0...1))
        plot.addLine([.init(0, 0.2), .init(1, 0.8)], .init("a", colour: 1), isStep: true, hasPoints: false)
        let path = try #require(try attributes(plot, "path", "line").first?["d"])
        #expect(path.components(separatedBy: "L").count == 3)
    }

    @Test func intervalsOfNamedRowsLieAcross() throws {
        var plot = Plot("", x: .linear("share", 0...1), y: .names("", ["A", "B <i>"]))
        plot.addPoints([.init(0.5, 1, interval: 0.25...0.75, hint: "B")], .init("recall", colour: 1))
        let bar = try #require(try attributes(plot, "line", "bar").first)
        #expect(bar["y1"] == bar["y2"] && bar["x1"] != bar["x2"])
        #expect(plot.file.contains("B &lt;i&gt;"))
    }

    @Test func aHeatTableShadesByTheShareOfTheRow() throws {
        let table = HeatTable(names: ["A", "B"], counts: [[3, 1], [0, 0]], title: "c")
        let document = try XMLDocument(xmlString: table.markup.serialised)
        let cells = try document.nodes(forXPath: "//tbody/tr/td").compactMap(\.stringValue)
        #expect(cells == ["75", "25", "4", "·", "·", "0"])
        #expect(try document.nodes(forXPath: "//td[@title='1 of 4 A answered B']").count == 1)
    }
}
