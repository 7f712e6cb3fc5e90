import Ground
import Testing

@Suite struct CRC32Tests {
    private static func checksum(_ text: String) -> UInt32 { Array(text.utf8).withUnsafeBytes(CRC32.of) }

    @Test func isTheChecksumOfZlib() {
        // The check value of the catalogue of CRC algorithms, and nothing.
        #expect(Self.checksum("123456789") == 0xCBF4_3926)
        #expect(Self.checksum("") == 0)
    }

    @Test func twoStretchesCombine() {
        let combined = CRC32.combined(Self.checksum("alert "), Self.checksum("packet"), length: 6)
        #expect(combined == Self.checksum("alert packet"))
    }
}
