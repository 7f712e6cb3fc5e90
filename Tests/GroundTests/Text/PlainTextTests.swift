import Ground
import Testing

@Suite struct PlainTextTests {
    @Test(arguments: ["", "a", "ZTF21abiuvdk", "é…😀"]) func whatIsPlainStaysAsItIs(text: String) {
        #expect(text.plain(limit: 12) == text && !text.holdsControlCharacters)
    }

    @Test(arguments: [
        ("a\0b", "a\\u{0}b"), ("a\nb", "a\\nb"), ("\u{7F}", "\\u{7F}"), ("\u{9B}", "\\u{9B}"), ("\t", "\\t"),
    ])
    func controlCharactersAreEscaped(text: String, plain: String) {
        #expect(text.plain(limit: 100) == plain && text.holdsControlCharacters)
    }

    @Test func whatIsTooLongEndsWithAnEllipsis() {
        #expect("abcdefgh".plain(limit: 8) == "abcdefgh")
        #expect("abcdefghi".plain(limit: 8) == "abcde…")
        #expect("éééé".plain(limit: 7) == "éé…")
        #expect("abcd\0".plain(limit: 8) == "abcd…")
    }

    /// Every mixture of characters of one to four bytes and of control characters stays within every limit.
    @Test func noTextIsLongerThanItsLimitOrHoldsControlCharacters() {
        var texts = [""]
        for _ in 0..<4 { texts += texts.flatMap { text in ["a", "é", "…", "😀", "\0"].map { text + $0 } } }
        for text in Set(texts) {
            for limit in 3...17 {
                let plain = text.plain(limit: limit)
                #expect(plain.utf8.count <= limit && !plain.holdsControlCharacters)
            }
        }
    }
}
