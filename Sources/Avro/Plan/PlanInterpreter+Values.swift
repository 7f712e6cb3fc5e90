/// Single values. Each reads at the cursor, moves it on, and gives nil after a failure.
extension PlanInterpreter {
    /// The branch of a union of null and one other type: almost always one of two bytes.
    @inline(__always)
    mutating func readNullTag(_ p: inout Cursor, _ tag: UInt8, _ next: Place) -> Bool? {
        guard p < end else {
            _ = fail(.truncated, p, next)
            return nil
        }
        let byte = p.pointee
        if byte == tag {
            p += 1
            return true
        }
        if byte == 2 &- tag {
            p += 1
            return false
        }
        guard let (isValue, after) = readLongTag(p, tag, next) else { return nil }
        p = after
        return isValue
    }

    /// A branch whose number takes more bytes than it needs.
    @inline(never)
    private mutating func readLongTag(_ p: Cursor, _ tag: UInt8, _ next: Place) -> (isValue: Bool, after: Cursor)? {
        var p = p
        guard let branch = Varint.read(&p, end) else {
            _ = failVarint(p, next)
            return nil
        }
        guard branch == 0 || branch == 1 else {
            _ = fail(.badBranch, p, next)
            return nil
        }
        return (branch == Int64(tag >> 1), p)
    }

    @inline(__always)
    mutating func readInt(_ p: inout Cursor, _ next: Place) -> Int64? {
        guard let value = Varint.read(&p, end) else {
            _ = failVarint(p, next)
            return nil
        }
        guard value == Int64(Int32(truncatingIfNeeded: value)) else {
            _ = fail(.badInt, p, next)
            return nil
        }
        return value
    }

    @inline(__always)
    mutating func readLength(_ p: inout Cursor, _ next: Place) -> Int? {
        guard let length = Varint.read(&p, end) else {
            _ = failVarint(p, next)
            return nil
        }
        guard length >= 0, length <= Int64(end - p) else {
            _ = fail(length < 0 ? .badLength : .truncated, p, next)
            return nil
        }
        return Int(length)
    }

    @inline(__always)
    static func float(_ p: Cursor) -> UInt64 {
        let bits = UInt32(littleEndian: UnsafeRawPointer(p).loadUnaligned(as: UInt32.self))
        return Double(Float(bitPattern: bits)).bitPattern
    }

    @inline(__always)
    static func double(_ p: Cursor) -> UInt64 {
        UInt64(littleEndian: UnsafeRawPointer(p).loadUnaligned(as: UInt64.self))
    }
}
