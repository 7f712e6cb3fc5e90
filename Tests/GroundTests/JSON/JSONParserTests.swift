import Testing

@testable import Ground

@Suite struct JSONParserTests {
    @Test(arguments: [
        "null", "true", "false", "0", "-1", "9223372036854775807", "-9223372036854775808", "0.0", "-0.0", "1e+300",
        "-999.0", "5e-324", "\"\"", "\"a\\\"\\\\/\\n\"", "[]", "{}", "[1,2.5,\"x\",null,[{}]]",
        "{\"b\":1,\"a\":{\"c\":[]},\"b2\":true}",
    ]) func printsWhatItReads(text: String) throws {
        #expect(try JSONParser.parse(text.utf8).description == text)
    }

    @Test func tellsIntegersFromOtherNumbers() throws {
        #expect(try JSONParser.parse("1".utf8) == .integer(1))
        #expect(try JSONParser.parse("1.0".utf8) == .number(1))
        #expect(try JSONParser.parse("1e0".utf8) == .number(1))
        #expect(try JSONParser.parse("18446744073709551616".utf8) == .number(18446744073709551616))
        #expect(try JSONParser.parse("-0".utf8) == .number(-0.0))
    }

    @Test func readsEscapesAndSpace() throws {
        let text = " { \"a\" :\t[ \"\\u00e9\\ud835\\udefc\\b\\f\\/\" ,\r\n 1 ] } "
        #expect(try JSONParser.parse(text.utf8)["a"] == .array([.string("é𝛼\u{8}\u{C}/"), .integer(1)]))
    }

    @Test(arguments: [
        "", " ", "nul", "tru", "01", "1.", ".5", "1e", "+1", "-", "\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"",
        "\"\\ud800\\u0041\"", "\"\\udc00\"", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":1,}", "{a:1}", "[", "{", "1 2",
        "1e999",
        "\"\n\"", "NaN", "'a'",
    ]) func refusesWhatIsNoJSON(text: String) {
        #expect(throws: JSONError.self) { try JSONParser.parse(text.utf8) }
    }

    @Test func refusesTextThatIsNoUTF8() {
        #expect(throws: JSONError.self) { try JSONParser.parse([0x22, 0xFF, 0x22]) }
    }

    @Test func refusesDeepNesting() {
        let deep = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
        #expect(throws: JSONError.self) { try JSONParser.parse(deep) }
    }

    @Test func readsBareNonFiniteNumbersOnlyWhereTheyAreAllowed() throws {
        let text = "[NaN,Infinity,-Infinity,-1]"
        #expect(throws: JSONError.self) { try JSONParser.parse(text.utf8) }
        #expect(
            try JSONParser.parse(text.utf8, readsBareNonFinite: true).line == #"["NaN","Infinity","-Infinity",-1]"#
        )
        for text in ["NAN", "-NaN", "Inf", "-", "-Infinit", "N"] {
            #expect(throws: JSONError.self) { try JSONParser.parse(text.utf8, readsBareNonFinite: true) }
        }
    }

    @Test func boundsHoldJustAboveThemAndNotBelow() throws {
        let (nested, many) = ([UInt8]("[[[]]]".utf8), [UInt8]("[1,{\"a\":2}]".utf8))
        #expect(throws: Never.self) { try JSONParser.parse(nested, maximumDepth: 3) }
        #expect(throws: JSONError(.tooDeep, "JSON nested deeper than 2 levels", offset: 2)) {
            try JSONParser.parse(nested, maximumDepth: 2)
        }
        #expect(throws: Never.self) { try JSONParser.parse(many, maximumValues: 4) }
        #expect(throws: JSONError(.tooLarge, "JSON of more than 3 values", offset: 8)) {
            try JSONParser.parse(many, maximumValues: 3)
        }
    }

    @Test func refusesEveryPrefix() throws {
        let text = [UInt8]("{\"a\":[1.5,\"x\\u00e9\",{\"b\":null}],\"c\":true}".utf8)
        for count in 0..<text.count {
            #expect(throws: JSONError.self) { try JSONParser.parse(text[..<count]) }
        }
    }
}
