import Testing

@testable import Service
@testable import Settings

@Suite struct SettingTypesTests {
    @Test(arguments: [
        ("0ms", 0), ("250ms", 250), ("30s", 30_000), ("5m", 300_000), ("2 h", 7_200_000), ("5min", 300_000),
    ])
    func timeSpansAreRead(text: String, milliseconds: Int) {
        #expect(TimeSpan(configurationText: text)?.milliseconds == milliseconds)
    }

    @Test(arguments: ["", "5", "ms", "-5s", "1.5s", "5 days", "99999999999999999h", "٣s"])
    func otherTimeSpansAreRefused(text: String) {
        #expect(TimeSpan(configurationText: text) == nil)
    }

    @Test(arguments: [0, 1, 999, 1000, 1500, 60_000, 90_000, 3_600_000, 7_200_000])
    func timeSpansReadBackAsTheyArePrinted(milliseconds: Int) {
        let span = TimeSpan(milliseconds: milliseconds)
        #expect(TimeSpan(configurationText: span.configurationText) == span)
    }

    @Test(arguments: [0, 1, 1023, 1024, 1 << 20, 3 << 20, 1 << 30, (1 << 30) + 1])
    func amountsOfMemoryReadBackAsTheyArePrinted(bytes: Int) {
        let amount = ByteCount(bytes: bytes)
        #expect(ByteCount(configurationText: amount.configurationText) == amount)
    }

    @Test(arguments: ["", "MiB", "-1", "1 MB", "1.5GiB", "9223372036854775807GiB"])
    func otherAmountsOfMemoryAreRefused(text: String) {
        #expect(ByteCount(configurationText: text) == nil)
    }

    @Test(
        arguments: [
            ("a,b", ["a", "b"]), ("a, b ,", ["a", "b "]), ("a\\,b,c", ["a,b", "c"]), ("a\\\\,b", ["a\\", "b"]),
            ("a\\nb", ["a\\nb"]), ("", []), (",,", []), ("a\\", ["a\\"]),
        ]
    )
    func itemsAreSeparatedByCommas(text: String, items: [String]) {
        #expect(SeparatedText.items(text) == items)
    }

    @Test(
        arguments: [
            ("127.0.0.1:8080", "127.0.0.1", 8080), ("[::1]:0", "::1", 0), (":9090", "", 9090), ("host:1", "host", 1),
        ] as [(String, String, UInt16)]
    )
    func listenAddressesAreRead(text: String, host: String, port: UInt16) {
        #expect(ListenAddress(text) == ListenAddress(host: host, port: port))
        #expect(ListenAddress(text)?.description == text)
    }

    @Test(arguments: [
        "", "host", "host:", "host:70000", "::1:80", "[::1]", "[]:1", "[host]:1", "a b:1", "h:-1", "http://h:1", "h:٣",
    ])
    func otherListenAddressesAreRefused(text: String) {
        #expect(ListenAddress(text) == nil)
    }
}
