import AstroM3
import Testing

@testable import Training

@Suite struct ClassSharesFileTests {
    private static let taxonomy = Taxonomy(nodes: [
        .init("A"), .init("A1", under: "A"), .init("A2", under: "A"), .init("B"), .init("C"),
    ])
    /// Of A1, A2, B, C.
    private static let calibrated = ["A1": 0.3, "A2": 0.1, "B": 0.4, "C": 0.2]

    private func read(_ text: String) throws -> [String: Double] {
        try TemporaryFolder.reading(text, "shares.yaml") { file in
            try ClassSharesFile.read(file, Self.taxonomy, calibrated: Self.calibrated)
        }
    }

    private func isClose(_ shares: [String: Double], _ expected: [String: Double]) -> Bool {
        shares.keys.sorted() == expected.keys.sorted() && shares.allSatisfy { abs($1 - (expected[$0] ?? 0)) < 1e-12 }
    }

    @Test func aNodesShareIsDealtToItsClassesAsTheyWere() throws {
        #expect(isClose(try read("A: 0.8\nB: 0.1\nC: 0.1\n"), ["A1": 0.6, "A2": 0.2, "B": 0.1, "C": 0.1]))
    }

    @Test func whatNoNodeNamesSharesTheRest() throws {
        #expect(isClose(try read("A: 0.4\n"), ["A1": 0.3, "A2": 0.1, "B": 0.4, "C": 0.2]))
        #expect(isClose(try read("B: 0.1\n"), ["A1": 0.45, "A2": 0.15, "B": 0.1, "C": 0.3]))
        #expect(isClose(try read("A2: 0.5\nC: 0.1\n"), ["A1": 0.4 * 3 / 7, "A2": 0.5, "B": 0.4 * 4 / 7, "C": 0.1]))
    }

    @Test func whatTwoDigitsRoundIsBroughtToOne() throws {
        let shares = try read("A: 0.33\nB: 0.33\nC: 0.33\n")
        #expect(abs(shares.values.reduce(0, +) - 1) < 1e-12 && abs((shares["B"] ?? 0) - 1.0 / 3) < 1e-12)
    }

    @Test func allAlikeIsByClass() {
        #expect(ClassSharesFile.equal(Self.taxonomy) == ["A1": 0.25, "A2": 0.25, "B": 0.25, "C": 0.25])
    }

    @Test(arguments: [
        ("D: 0.1", "line 1: 'D' is no node of the model's classes; they are A, A1, A2, B, C"),
        ("A: 0.5\nA2: 0.1", "line 2: A2 and A are parts of one another"),
        ("A2: 0.1\nA: 0.5", "line 2: A and A2 are parts of one another"),
        ("A: 0", "line 1: A is '0'; a share from 1e-06 to 1 will do"), ("A: nan", "A is 'nan'"),
        ("A: many", "A is 'many'"),
        ("A: -0.1", "A is '-0.1'"), ("A: 1.5", "A is '1.5'"), ("A: [0.1]", "A is"),
        ("- A", "a mapping of nodes to shares"),
        ("", "a mapping of nodes to shares"), ("A: 0.5\nB: 0.2\nC: 0.1", "the shares add up to 0.7999"),
        ("A: 0.9\nB: 0.9", "add up to 1.8; those of all objects must be 1: change them, or leave a node out"),
        ("A: 0.9\nB: 0.1", "leave nothing to C: lower them, so that 1e-06 is left to each"),
        ("A: 0.5\nA: 0.5", "line 2: column 1: 'A' is given twice; the first is on line 1"),
    ]) func whatIsWrongIsNamed(text: String, words: String) {
        let error = #expect(throws: (any Error).self) { try read(text) }
        #expect("\(error.map { "\($0)" } ?? "")".contains(words), "\(error.map { "\($0)" } ?? "")")
    }
}
