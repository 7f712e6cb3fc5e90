import Testing

@testable import AstroM3
@testable import Training

/// Trees of classes, and how the objects of each node are varied.
@Suite struct ClassTreeTests {
    private func tree(_ text: String) throws -> ClassTree {
        try TemporaryFolder.reading(text, "classes.yaml") { try TaxonomyFile.read($0) }
    }

    /// What is said of draws, but for the file.
    private func refusal(_ draws: String) -> String {
        let words = message {
            _ = try tree("nodes:\n  A:\n    meaning: a\n    draws: \(draws)\n  B: {meaning: b}\n")
        }
        return String(words.split(separator: ".yaml, ", maxSplits: 1).last ?? "")
    }

    @Test func aNodeIsVariedAsItsParentWhereItSaysNothing() throws {
        let found = try tree(
            """
            nodes:
              star:
                meaning: stays
                draws: {fast: true, gap: 3, context: [star]}
                children:
                  slow:
                    meaning: slow
                    draws: {fast: false}
                    children: {slower: {meaning: slower}}
              nucleus: {meaning: of a galaxy}
            """
        )
        let slower = try #require(found.draws["slower"])
        #expect(!slower.isFast && slower.gap == 3 && slower.context == ["star"] && !slower.isTransient)
        #expect(found.draws["nucleus"] == DrawRule())
        #expect(found.taxonomy.nodes.map(\.name) == ["star", "slow", "slower", "nucleus"])
    }

    @Test func whatIsWrongIsNamedWithItsLine() {
        #expect(refusal("{transient: true}") == "")
        #expect(refusal("{kind: fast}").hasPrefix("line 4: 'kind' is no key of A.draws; it has brightness, context,"))
        #expect(refusal("{context: [C]}") == "line 4: A.draws.context names 'C', which is no node of the tree")
        #expect(refusal("{place: moon}") == "line 4: A.draws.place is 'moon'; there are anywhere, nucleus, star")
        #expect(refusal("{gap: -1}") == "line 4: A.draws.gap is '-1'; a number from 0.0 to 10000.0 will do")
        for wrong in ["[19, 16]", "[16]", "[]"] {
            #expect(
                refusal("{brightness: \(wrong)}")
                    == "line 4: A.draws.brightness must be two magnitudes, the brighter first: [16.3, 19.6]"
            )
        }
        #expect(refusal("{brightness: [16, nan]}").hasPrefix("line 4: A.draws.brightness holds 'nan'; numbers from"))
        #expect(refusal("fast") == "line 4: A.draws must be a mapping of keys")
    }

    /// A run that is gone on with must draw as it began.
    @Test func anotherRuleIsAnotherTree() throws {
        let texts = ["", "draws: {fast: true}", "draws: {gap: 9}", "draws: {context: [A]}"]
        let digests = try texts.map { try tree("nodes:\n  A:\n    meaning: a\n    \($0)\n").digest }
        #expect(Set(digests).count == texts.count)
    }

    /// The whole sky: what appears once, what repeats within a night, whose packets speak for whom.
    @Test func theWholeSkyIsVariedByItsNature() throws {
        let draws = try TaxonomyFile.read("\(ProjectFolder.config)/taxonomy.yaml").draws
        let transient = [
            "transient", "supernova", "SN-Ia", "SLSN-I", "SN-II", "SN-IIn", "stripped-envelope", "TDE", "microlensing",
        ]
        let fast = [
            "variable-star", "periodic", "eclipsing", "EA", "EB", "EW", "CEP", "RRL", "RRAB", "RRC", "DSCT-like",
            "DSCT",
            "HADS", "ROT",
        ]
        #expect(Set(draws.filter(\.value.isTransient).keys) == Set(transient))
        #expect(Set(draws.filter(\.value.isFast).keys) == Set(fast))
        let gaps = ["AGN": 25.0, "LPV": 45, "M": 45, "SR": 45, "CV": 30, "YSO": 30, "microlensing": 6]
        #expect(draws.allSatisfy { $0.value.gap == gaps[$0.key] ?? 8 })
        #expect(draws.filter { $0.value.brightness != nil }.mapValues(\.brightness) == ["AGN": 16.3...19.6])
        #expect(
            draws.filter { $0.value.place != .anywhere }.mapValues(\.place) == ["TDE": .nucleus, "microlensing": .star]
        )
        #expect(draws.filter { $0.value.latitude != nil }.mapValues(\.latitude) == ["microlensing": 12])
        let nobody = ["transient", "variable-star", "periodic", "CV", "YSO", "AGN"]
        #expect(Set(draws.filter { $0.value.context == nil }.keys) == Set(nobody))
        #expect(draws["SN-IIn"]?.context == ["SN-Ia", "SN-II"] && draws["RRC"]?.context == ["RRL"])
    }
}
