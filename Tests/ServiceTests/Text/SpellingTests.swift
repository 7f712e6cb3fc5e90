import Testing

@testable import Service

@Suite struct SpellingTests {
    @Test(arguments: [
        ("", "", 0), ("a", "", 1), ("ab", "ba", 1), ("kitten", "sitting", 3), ("abc", "abc", 0), ("ca", "abc", 3),
    ])
    func editsAreCounted(left: String, right: String, edits: Int) {
        #expect(Spelling.edits(Array(left), Array(right)) == edits)
        #expect(Spelling.edits(Array(right), Array(left)) == edits)
    }

    @Test func theNearestNameIsFound() {
        let names = ["decode", "demo", "run", "tail"]
        #expect(Spelling.nearest(to: "decdoe", among: names) == "decode")
        #expect(Spelling.nearest(to: "DEMO", among: names) == "demo")
        #expect(Spelling.nearest(to: "rnu", among: names) == "run")
        #expect(Spelling.nearest(to: "publish", among: names) == nil)
        #expect(Spelling.nearest(to: "", among: names) == nil)
        #expect(Spelling.nearest(to: "x", among: [String]()) == nil)
    }
}
