/// Arrays and maps: blocks of items, each with their count and perhaps their size in bytes.
extension PlanInterpreter {
    /// Reads the count of a block, and of its bytes where the writer gave it (a negative count).
    /// - Returns: nil after a failure; 0 items at the end of the array.
    @inline(__always)
    private mutating func blockHead(_ p: inout Cursor, _ next: Place) -> (count: Int64, bytes: Int64?)? {
        guard let count = Varint.read(&p, end) else {
            _ = failVarint(p, next)
            return nil
        }
        if count >= 0 { return (count, nil) }
        guard count != .min, let bytes = Varint.read(&p, end), bytes >= 0 else {
            _ = fail(.badBlock, p, next)
            return nil
        }
        guard bytes <= Int64(end - p) else {
            _ = fail(.truncated, p, next)
            return nil
        }
        return (-count, bytes)
    }

    /// Items that take bytes cannot be more than the bytes; the others are counted.
    @inline(__always)
    private mutating func admits(_ count: Int64, _ operation: PlanOperation, _ p: Cursor, _ next: Place) -> Bool {
        if operation.tag == 0 {
            guard count <= Int64(end - p) else {
                _ = fail(.truncated, p, next)
                return false
            }
            return true
        }
        guard count <= Int64(emptyItemsLeft) else {
            _ = fail(.tooManyEmptyItems, p, next)
            return false
        }
        emptyItemsLeft -= Int(count)
        return true
    }

    mutating func skipBlocks(
        _ operation: PlanOperation,
        body: Place,
        _ cursor: Cursor,
        row: UnsafeMutablePointer<UInt64>,
        present: UnsafeMutablePointer<UInt8>,
        depth: Int
    ) -> Cursor? {
        var p = cursor
        guard depth < maximumDepth else { return fail(.tooDeep, p, body) }
        let isMap = operation.code == .skipMap
        while true {
            guard let (count, bytes) = blockHead(&p, body) else { return nil }
            if count == 0 { return p }
            if let bytes {
                p += Int(bytes)
                continue
            }
            if !isMap, operation.b >= 0 {
                let (size, overflow) = count.multipliedReportingOverflow(by: Int64(operation.b))
                guard !overflow, size <= Int64(end - p) else { return fail(.truncated, p, body) }
                p += Int(size)
                continue
            }
            if isMap {
                guard count <= Int64(end - p) else { return fail(.truncated, p, body) }
            } else {
                guard admits(count, operation, p, body) else { return nil }
            }
            for _ in 0..<count {
                if isMap {
                    guard let length = readLength(&p, body) else { return nil }
                    p += length
                }
                guard let after = run(from: body, p, row: row, present: present, depth: depth &+ 1) else { return nil }
                p = after
            }
        }
    }

    mutating func readBlocks(_ operation: PlanOperation, body: Place, _ cursor: Cursor, depth: Int) -> Cursor? {
        var p = cursor
        guard depth < maximumDepth else { return fail(.tooDeep, p, body) }
        let table = tables + Int(operation.slot)
        let template = templates[Int(operation.slot)]
        let stride = table.pointee.stride
        let fieldCount = table.pointee.fieldCount
        while true {
            guard let (count, bytes) = blockHead(&p, body) else { return nil }
            if count == 0 { return p }
            guard admits(count, operation, p, body) else { return nil }
            let blockEnd = bytes.map { p + Int($0) }
            for _ in 0..<count {
                if table.pointee.count == table.pointee.capacity {
                    guard table.pointee.count < maximumRows else { return fail(.tooManyRows, p, body) }
                    table.pointee.grow()
                }
                let row = table.pointee.words + table.pointee.count &* stride
                let present = row + fieldCount
                if let template {
                    row.update(from: template, count: stride)
                } else {
                    for word in 0..<(stride &- fieldCount) { present[word] = 0 }
                }
                let flags = UnsafeMutableRawPointer(present).assumingMemoryBound(to: UInt8.self)
                guard let after = run(from: body, p, row: row, present: flags, depth: depth &+ 1) else { return nil }
                p = after
                table.pointee.count &+= 1
            }
            if let blockEnd, blockEnd != p { return fail(.badBlock, p, body) }
        }
    }
}

extension DecodedRecord.Table {
    /// Doubles the room. A list never gets more rows than its array has bytes.
    @inline(never)
    mutating func grow() {
        let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity * 2 * stride)
        larger.initialize(repeating: 0, count: capacity * 2 * stride)
        larger.update(from: words, count: count * stride)
        words.deallocate()
        words = larger
        capacity *= 2
    }
}
