import Archive
import Sky
import Testing

@Suite struct OutcomeTests {
    @Test func firstMessageOwnsTheAlertAndLaterOnesAreDuplicates() throws {
        let fixture = try Fixture()
        #expect(try fixture.archive.process([row(0, alert(1))]) == ["annotate"])
        #expect(try fixture.archive.process([row(1, alert(1))]) == ["duplicate of alerts/0@0"])
    }

    @Test func oneBatchMayHoldEverything() throws {
        let fixture = try Fixture()
        let rows = [row(0, alert(1)), row(1, alert(1)), unreadable(2), row(3, alert(2))]
        #expect(
            try fixture.archive.process(rows) == [
                "annotate", "duplicate of alerts/0@0", "dead letter frame", "annotate",
            ]
        )
        #expect(try fixture.count("ledger") == 4)
        #expect(try fixture.count("owner") == 2)
        #expect(try fixture.count("annotations") == 2)
    }
}
