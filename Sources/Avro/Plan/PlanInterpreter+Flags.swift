/// Runs of booleans that are bits of one word. Most are false, so that several are looked at in one go.
extension PlanInterpreter {
    mutating func readFlags(
        _ operation: PlanOperation,
        _ cursor: Cursor,
        _ next: Place,
        row: UnsafeMutablePointer<UInt64>,
        present: UnsafeMutablePointer<UInt8>
    ) -> Cursor? {
        var p = cursor
        let count = Int(operation.b)
        guard end - p >= count else { return fail(.truncated, p, next) }
        let slot = Int(operation.slot)
        var bits = present[slot] == 0 ? 0 : row[slot]
        for index in 0..<count {
            let byte = p[index]
            guard byte != 0 else { continue }
            guard byte == 1, let masks = steps.masks else {
                failedField = index
                return fail(.badBoolean, p + index, next)
            }
            bits |= masks[Int(operation.a) &+ index]
        }
        p += count
        row[slot] = bits
        present[slot] = 1
        return p
    }

    mutating func readNullableFlags(
        _ operation: PlanOperation,
        _ cursor: Cursor,
        _ next: Place,
        row: UnsafeMutablePointer<UInt64>,
        present: UnsafeMutablePointer<UInt8>
    ) -> Cursor? {
        var p = cursor
        let slot = Int(operation.slot)
        var bits = present[slot] == 0 ? 0 : row[slot]
        let count = Int(operation.b)
        // Four flags that are there and false: the branch's byte and 0, four times.
        let allFalse = UInt64(operation.tag) &* 0x0001_0001_0001_0001
        var index = 0
        while index < count {
            if count &- index >= 4, end - p >= 8,
                UInt64(littleEndian: UnsafeRawPointer(p).loadUnaligned(as: UInt64.self)) == allFalse
            {
                p += 8
                index &+= 4
                continue
            }
            guard let isValue = readNullTag(&p, operation.tag, next) else {
                failedField = index
                return nil
            }
            if isValue {
                guard p < end else {
                    failedField = index
                    return fail(.truncated, p, next)
                }
                let byte = p.pointee
                if byte != 0, let mask = steps.masks?[Int(operation.a) &+ index], mask != 0 {
                    guard byte == 1 else {
                        failedField = index
                        return fail(.badBoolean, p, next)
                    }
                    bits |= mask
                }
                p += 1
            }
            index &+= 1
        }
        row[slot] = bits
        present[slot] = 1
        return p
    }
}
