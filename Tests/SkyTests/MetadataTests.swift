import Testing

@testable import Sky

@Suite struct MetadataTests {
    @Test func aShortListOfValuesIsFilledWithMissingOnes() {
        let metadata = Metadata(names: ["bp_rp", "ruwe"], values: [12.5])
        #expect(metadata.values.count == 2 && metadata.values.count { !$0.isNaN } == 1)
        #expect(metadata["bp_rp"] == 12.5 && metadata["ruwe"].isNaN)
        #expect(Metadata(names: ["bp_rp"], values: [1, 2]).values == [1])
    }

    @Test func anyFeatureCanBeNamedAndOneNotInTheListIsMissing() {
        var metadata = Metadata(["host_redshift_free_colour": 0.7, "ruwe": .nan])
        #expect(!metadata["host_redshift_free_colour"].isNaN)
        #expect(metadata["ruwe"].isNaN && metadata["parallax"].isNaN)
        metadata["ruwe"] = 1.1
        metadata["parallax"] = 4
        #expect(metadata["ruwe"] == 1.1 && metadata.names.count == 2)
        #expect(metadata.fault == nil)
    }

    @Test(arguments: ["", "a b", "a\u{0}", "ä", String(repeating: "a", count: 65)])
    func aTextThatIsNoNameIsAFault(name: String) {
        #expect(Metadata([name: 1]).fault?.contains("is no name of a feature") == true)
    }

    @Test func aNameTwiceAndTooManyAreFaults() {
        #expect(Metadata(["g": 1, "g": 2]).fault == "the feature g stands there twice")
        let names = (0..<513).map { "f\($0)" }
        #expect(Metadata(names: names, values: []).fault == "it has 513 features; at most 512 are kept")
        #expect(Metadata(names: Array(names.dropLast()), values: []).fault == nil)
    }

    @Test func flagsAreNamedInOneOrder() {
        let flags: AlertFlags = [.historyAfterAlert, .bogus]
        #expect(flags.names == ["bogus", "history-after-alert"])
        #expect(AlertFlags().names.isEmpty)
    }
}
