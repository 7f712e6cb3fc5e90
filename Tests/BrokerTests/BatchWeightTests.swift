import Testing

@testable import Broker

/// What a message counts of a batch's bytes: compressed ones took 3.5 GB of a batch of 64 MiB.
@Suite struct BatchWeightTests {
    /// The header of an object container with a codec, and bytes behind it.
    private func container(codec: String, bytes: Int) -> [UInt8] {
        func text(_ text: String) -> [UInt8] { [UInt8(2 * text.utf8.count)] + Array(text.utf8) }
        return Array("Obj".utf8) + [1, 4] + text("avro.codec") + text(codec) + text("avro.schema") + text("\"int\"") + [
            0
        ]
            + [UInt8](repeating: 7, count: 16 + bytes)
    }

    private func weight(_ value: [UInt8], key: Int = 0) -> Int {
        value.withUnsafeBytes { StreamBatch.weight(ofValue: $0, keyBytes: key) }
    }

    @Test(arguments: ["deflate", "snappy", "zstandard"])
    func aCompressedContainerCountsAsManyBytesAsItMayHold(codec: String) {
        let packed = container(codec: codec, bytes: 1000)
        #expect(weight(packed, key: 9) == 16 * packed.count + 9)
    }

    @Test func whatIsNotCompressedCountsItsBytes() {
        let plain = container(codec: "null", bytes: 1000)
        #expect(weight(plain, key: 9) == plain.count + 9)
        #expect(weight([0, 0, 0, 2, 0xC0] + [UInt8](repeating: 1, count: 100)) == 105)
        #expect(StreamBatch.weight(ofValue: nil, keyBytes: 3) == 3)
    }
}
