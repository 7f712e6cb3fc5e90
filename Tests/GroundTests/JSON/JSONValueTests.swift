import Testing

@testable import Ground

@Suite struct JSONValueTests {
    @Test func documentsPrintOnOneLineInOrder() {
        let value: JSONValue = ["z": 1, "a": [true, nil, "x\ny\"\\\u{1}\u{7F}é"], "n": 0.1, "e": [:], "l": []]
        #expect(
            value.line
                == #"{"z":1,"a":[true,null,"x\ny\"\\\u0001\u007fé"],"n":0.1,"e":{},"l":[]}"#
        )
    }

    @Test(
        arguments: [
            (0.1, "0.1"), (1e300, "1e+300"), (-0.0, "-0.0"), (.leastNonzeroMagnitude, "5e-324"), (.nan, "\"NaN\""),
            (.infinity, "\"Infinity\""), (-.infinity, "\"-Infinity\""),
        ] as [(Double, String)]
    )
    func numbersRoundTrip(value: Double, text: String) {
        #expect(JSONValue.number(value).line == text)
        if value.isFinite { #expect(Double(text) == value) }
    }

    @Test func everyControlCharacterIsEscaped() {
        for code in UInt8(0)..<0x20 {
            let text = JSONValue.string(String(UnicodeScalar(code))).line
            #expect(text.utf8.allSatisfy { $0 >= 0x20 })
        }
    }
}
