import Foundation
import Plots
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite struct MarkupTests {
    @Test func textCanNeverBecomeMarkup() throws {
        let evil = "</svg><script>alert(\"1\")</script>&\u{0}\u{1B}\u{FFFF}"
        let text = Markup("p", ["title": evil], [.text(evil)]).serialised
        #expect(text.components(separatedBy: "<").count == 3)
        let document = try XMLDocument(xmlString: text)
        #expect(document.rootElement()?.stringValue == "</svg><script>alert(\"1\")</script>&\u{FFFD}\u{FFFD}\u{FFFD}")
        #expect(document.rootElement()?.attribute(forName: "title")?.stringValue == document.rootElement()?.stringValue)
    }

    @Test func numbersHaveTheirDecimals() {
        #expect(0.9154.fixed(3) == "0.915" && 0.9156.fixed(3) == "0.916" && 12.0.fixed(0) == "12")
        #expect((-0.05).fixed(1) == "−0.1" && (-0.01).fixed(1) == "0.0" && 0.995.fixed(1) == "1.0")
        #expect(Double.nan.fixed(2) == "–" && 1e300.fixed(2) == "1e+300")
    }
}
