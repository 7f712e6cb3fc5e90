import Testing

@testable import Ground

@Suite struct JSONTextTests {
    @Test func commasStandBetweenValuesOnly() {
        var json = JSONText()
        json.object {
            $0.member("a", 1)
            $0.array("b") {
                $0.element("x")
                $0.object { _ in }
                $0.array { $0.element(true) }
                $0.element(nil)
            }
            $0.object("c") { $0.member("d", json: "[1]".utf8) }
            $0.member("e", nil)
        }
        #expect(json.text == #"{"a":1,"b":["x",{},[true],null],"c":{"d":[1]},"e":null}"#)
    }

    @Test func linesAreTextsOfTheirOwn() {
        var json = JSONText()
        for line in 1...2 {
            json.object { $0.member("line", line) }
            json.endLine()
        }
        #expect(json.text == "{\"line\":1}\n{\"line\":2}\n")
        json.removeAll()
        #expect(json.utf8.isEmpty)
    }

    @Test func everyControlCharacterQuoteAndBackslashIsEscaped() {
        var json = JSONText()
        json.element("\u{0}\u{1f}\n\r\t\"\\é😀\u{7f}")
        #expect(json.text == "\"\\u0000\\u001f\\n\\r\\t\\\"\\\\é😀\\u007f\"")
    }

    @Test func numbersRoundTrip() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let double = Double(bitPattern: generator.next())
            let float = Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()))
            #expect(Self.text(double) == "null" || Double(Self.text(double)) == double)
            #expect(Self.text(float) == "null" || Double(Self.text(float)) == Double(float))
            #expect(double.isFinite || Self.text(double) == "null")
        }
        #expect(Self.text(Float(0.1)) == "0.10000000149011612")
        #expect(Self.text(1e16) == "1e+16")
        #expect(Self.text(Double.infinity) == "null")
    }

    private static func text(_ value: any JSONScalar) -> String {
        var json = JSONText()
        json.element(value)
        return json.text
    }
}
