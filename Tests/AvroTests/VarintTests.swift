import Testing

@testable import Avro

@Suite struct VarintTests {
    /// Values at and around every change of length.
    private static let values: [Int64] = (0..<64).flatMap { bit -> [Int64] in
        let power = Int64(bitPattern: 1 << UInt64(bit))
        return [power, power &- 1, power &+ 1, 0 &- power, ~power]
    }

    private func read(_ bytes: [UInt8], from start: Int = 0) -> (value: Int64?, used: Int, isTruncated: Bool) {
        bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return (nil, 0, true) }
            var cursor = base + start
            let value = Varint.read(&cursor, base + buffer.count)
            return (value, cursor - base - start, Varint.isTruncated(base + start, base + buffer.count))
        }
    }

    @Test func readsWhatIsWrittenWhateverFollows() {
        for value in VarintTests.values {
            var encoder = AvroEncoder()
            encoder.long(value)
            for following in 0..<12 {
                let bytes = encoder.bytes + [UInt8](repeating: 0xFF, count: following)
                let (found, used, _) = read(bytes)
                #expect(found == value)
                #expect(used == encoder.bytes.count)
            }
        }
    }

    @Test func tellsTruncatedFromTooLong() {
        for count in 1..<10 {
            let cut = read([UInt8](repeating: 0x80, count: count))
            #expect(cut.value == nil && cut.used == 0 && cut.isTruncated)
        }
        for tail in [[0x02], [0x7F], [0x80, 0x00], [0xFF, 0x01]] as [[UInt8]] {
            let long = [UInt8](repeating: 0xFF, count: 9) + tail
            for bytes in [long, long + [UInt8](repeating: 0, count: 8)] {
                let tooLong = read(bytes)
                #expect(tooLong.value == nil && tooLong.used == 0 && !tooLong.isTruncated)
            }
        }
        #expect(read([]).value == nil)
    }

    @Test func skipsAsFarAsItReads() {
        for value in VarintTests.values {
            var encoder = AvroEncoder()
            encoder.long(value)
            encoder.bytes.withUnsafeBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                var cursor = base
                #expect(Varint.skip(&cursor, base + buffer.count))
                #expect(cursor - base == buffer.count)
            }
        }
    }
}
