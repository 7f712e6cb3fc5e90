import Testing

@testable import Ground

@Suite struct UTCTimeTests {
    @Test(
        arguments: [
            ("1970-01-01", 0), ("1970-01-01T00:00Z", 0), ("2026-11-25T00:00:00Z", 1_795_564_800_000),
            ("2026-11-25T01:30:05.250Z", 1_795_570_205_250), ("2026-11-25T02:30:00+01:00", 1_795_570_200_000),
            ("2026-11-24T20:30:00-05:00", 1_795_570_200_000), ("2024-02-29T12:00:00z", 1_709_208_000_000),
            ("2026-11-25 01:30Z", 1_795_570_200_000), ("2026-11-25T01:30:00.123456789Z", 1_795_570_200_123),
        ] as [(String, Int64)]
    )
    func timesAreRead(text: String, milliseconds: Int64) {
        #expect(UTCTime(iso8601: text)?.milliseconds == milliseconds)
    }

    @Test(
        arguments: [
            "", "now", "2026", "2026-13-01", "2026-02-29", "2026-11-31", "2026-11-25T25:00Z", "2026-11-25T00:60Z",
            "2026-11-25T00:00:00", "2026-11-25T00:00:60Z", "2026-11-25T00:00:00.Z", "2026-11-25T00:00:00Zx",
            "1969-12-31",
            "2026-11-25T00:00:00+0100", "20261125", "2026-1-5", "２026-11-25",
        ]
    )
    func otherTextsAreRefused(text: String) {
        #expect(UTCTime(iso8601: text) == nil)
    }

    @Test func everyDayReadsBackAsItIsPrinted() {
        for day in 0..<84_000 {
            let time = UTCTime(milliseconds: Int64(day) * 86_400_000 + Int64(day * 977 % 86_400_000))
            #expect(UTCTime(iso8601: time.description) == time)
        }
    }

    @Test func timesBeforeTheEpochPrint() {
        #expect(UTCTime(milliseconds: -1).description == "1969-12-31T23:59:59.999Z")
    }
}
