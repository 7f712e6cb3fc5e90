import Testing

@testable import Sky

@Suite struct MetadataTests {
    @Test func aShortListIsFilledWithUnknownValues() {
        let metadata = Metadata(values: [12.5, .nan])
        #expect(Metadata.features.count == 34)
        #expect(metadata.values.count == 34)
        #expect(metadata.presentCount == 1)
    }

    @Test func flagsAreNamedInOneOrder() {
        let flags: AlertFlags = [.historyAfterAlert, .bogus]
        #expect(flags.names == ["bogus", "history-after-alert"])
        #expect(AlertFlags().names.isEmpty)
    }
}
