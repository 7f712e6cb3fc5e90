/// Avro's integers: zigzag, seven bits a byte, the low ones first, at most ten bytes.
enum Varint {
    typealias Cursor = UnsafePointer<UInt8>

    private static let continuationBits: UInt64 = 0x8080_8080_8080_8080

    /// Reads an integer and moves on; nil (and no move) if it is cut off or longer than 64 bits.
    @inline(__always)
    static func read(_ p: inout Cursor, _ end: Cursor) -> Int64? {
        guard p < end else { return nil }
        let byte = p.pointee
        if byte < 0x80 {
            p += 1
            return zigzag(UInt64(byte))
        }
        // The cursor goes by value: one whose address is taken lives in memory, and each step then waits for the last.
        guard let (value, after) = readLong(p, end) else { return nil }
        p = after
        return value
    }

    @inline(never)
    private static func readLong(_ p: Cursor, _ end: Cursor) -> (value: Int64, after: Cursor)? {
        guard end - p >= 10 else { return readCareful(p, end) }
        let word = UInt64(littleEndian: UnsafeRawPointer(p).loadUnaligned(as: UInt64.self))
        let ends = ~word & continuationBits
        if ends != 0 {
            let bits = UInt64(ends.trailingZeroBitCount)
            return (zigzag(packed(word & (UInt64.max >> (63 - bits)))), p + Int(bits >> 3) + 1)
        }
        let low = packed(word)
        let ninth = UInt64(p[8])
        if ninth < 0x80 { return (zigzag(low | ninth << 56), p + 9) }
        guard p[9] <= 1 else { return nil }
        let high = (ninth & 0x7F) << 56 | UInt64(p[9]) << 63
        return (zigzag(low | high), p + 10)
    }

    /// The seven low bits of each byte, side by side.
    @inline(__always)
    private static func packed(_ word: UInt64) -> UInt64 {
        var x = word & 0x7F7F_7F7F_7F7F_7F7F
        x = (x & 0x007F_007F_007F_007F) | (x & 0x7F00_7F00_7F00_7F00) >> 1
        x = (x & 0x0000_3FFF_0000_3FFF) | (x & 0x3FFF_0000_3FFF_0000) >> 2
        return (x & 0x0FFF_FFFF) | (x & 0x0FFF_FFFF_0000_0000) >> 4
    }

    private static func readCareful(_ p: Cursor, _ end: Cursor) -> (value: Int64, after: Cursor)? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        var q = p
        while q < end, shift < 70 {
            let byte = q.pointee
            q += 1
            if shift == 63, byte > 1 { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return (zigzag(value), q) }
            shift += 7
        }
        return nil
    }

    /// Moves past an integer; false (and no move) if it is cut off or longer than 64 bits.
    @inline(__always)
    static func skip(_ p: inout Cursor, _ end: Cursor) -> Bool {
        guard p < end else { return false }
        if p.pointee < 0x80 {
            p += 1
            return true
        }
        guard let after = skipLong(p, end) else { return false }
        p = after
        return true
    }

    @inline(never)
    private static func skipLong(_ p: Cursor, _ end: Cursor) -> Cursor? {
        if end - p >= 8 {
            let word = UInt64(littleEndian: UnsafeRawPointer(p).loadUnaligned(as: UInt64.self))
            let ends = ~word & continuationBits
            if ends != 0 { return p + ends.trailingZeroBitCount / 8 + 1 }
        }
        return readLong(p, end)?.after
    }

    /// Why `read` failed: whether the bytes end inside the integer.
    static func isTruncated(_ p: Cursor, _ end: Cursor) -> Bool {
        var q = p
        while q < end, q - p < 10 {
            if q.pointee < 0x80 { return false }
            q += 1
        }
        return q - p < 10
    }

    @inline(__always)
    private static func zigzag(_ value: UInt64) -> Int64 {
        Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }
}
