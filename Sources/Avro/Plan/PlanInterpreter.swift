/// Runs the operations of a plan over a datum. Nothing in here allocates (but for a list that outgrows its table),
/// counts references or trusts a byte.
struct PlanInterpreter {
    enum Failure: String {
        case none = ""
        case truncated = "the bytes end inside a value"
        case badVarint = "an integer of more than 64 bits"
        case badInt = "an int of more than 32 bits"
        case badBranch = "a branch that the union has not"
        case badSymbol = "a symbol that the enum has not"
        case badBoolean = "a boolean that is neither 0 nor 1"
        case badLength = "a negative length"
        case badBlock = "a block whose size is not that of its items"
        case tooDeep = "values nested too deep"
        case tooManyEmptyItems = "too many items that take no bytes"
    }

    /// The words that new rows start with.
    struct Templates {
        let words: UnsafeBufferPointer<UInt64>
        let starts: UnsafeBufferPointer<Int32>

        /// The words of a table's new row; nil where they are all 0.
        subscript(table: Int) -> UnsafePointer<UInt64>? {
            let start = starts[table]
            return start < 0 ? nil : words.baseAddress.map { $0 + Int(start) }
        }
    }

    let operations: UnsafePointer<PlanOperation>
    /// Absent only in plans without general unions.
    let targets: UnsafePointer<Int32>?
    let templates: Templates
    let tables: UnsafeMutablePointer<DecodedRecord.Table>
    let start: UnsafePointer<UInt8>
    let end: UnsafePointer<UInt8>
    let maximumDepth: Int
    var emptyItemsLeft: Int

    var failure = Failure.none
    var failedAt = 0
    var failedOperation = 0

    typealias Cursor = UnsafePointer<UInt8>

    /// Runs a body from `first` to its end.
    /// - Returns: false after a failure.
    mutating func run(
        from first: Int,
        _ cursor: inout Cursor,
        row: UnsafeMutablePointer<UInt64>,
        present: UnsafeMutablePointer<UInt8>,
        depth: Int
    ) -> Bool {
        var p = cursor
        let end = end
        let operations = operations
        var marked = p
        var next = first
        while true {
            let operation = operations[next]
            next &+= 1
            switch operation.code {
            case .end:
                cursor = p
                return true

            case .skipFixed:
                guard end - p >= Int(operation.a) else { return fail(.truncated, p, next) }
                p += Int(operation.a)
            case .skipIntegers:
                var count = operation.a
                repeat {
                    guard Varint.skip(&p, end) else { return failVarint(p, next) }
                    count &-= 1
                } while count > 0
            case .skipBytes:
                var count = operation.a
                repeat {
                    guard let length = readLength(&p, next) else { return false }
                    p += length
                    count &-= 1
                } while count > 0
            case .skipNullableFixed:
                var count = operation.b
                let size = Int(operation.a)
                repeat {
                    guard let isValue = readNullTag(&p, operation.tag, next) else { return false }
                    if isValue {
                        guard end - p >= size else { return fail(.truncated, p, next) }
                        p += size
                    }
                    count &-= 1
                } while count > 0
            case .skipNullableIntegers:
                var count = operation.b
                repeat {
                    guard let isValue = readNullTag(&p, operation.tag, next) else { return false }
                    if isValue {
                        guard Varint.skip(&p, end) else { return failVarint(p, next) }
                    }
                    count &-= 1
                } while count > 0
            case .skipNullableBytes:
                var count = operation.b
                repeat {
                    guard let isValue = readNullTag(&p, operation.tag, next) else { return false }
                    if isValue {
                        guard let length = readLength(&p, next) else { return false }
                        p += length
                    }
                    count &-= 1
                } while count > 0
            case .skipArray, .skipMap:
                guard skipBlocks(operation, body: next, &p, row: row, present: present, depth: depth) else {
                    return false
                }
                next = Int(operation.a)

            case .nullTest:
                guard let isValue = readNullTag(&p, operation.tag, next) else { return false }
                if !isValue { next = Int(operation.a) }
            case .union:
                guard let branch = Varint.read(&p, end) else { return failVarint(p, next) }
                guard branch >= 0, branch < Int64(operation.b), let targets else { return fail(.badBranch, p, next) }
                next = Int(targets[Int(operation.a) &+ Int(branch)])
            case .jump:
                next = Int(operation.a)
            case .call:
                guard depth < maximumDepth else { return fail(.tooDeep, p, next) }
                guard run(from: Int(operation.a), &p, row: row, present: present, depth: depth &+ 1) else {
                    return false
                }
            case .mark:
                marked = p
            case .rewind:
                p = marked

            case .readBoolean:
                guard p < end else { return fail(.truncated, p, next) }
                guard p.pointee <= 1 else { return fail(.badBoolean, p, next) }
                row[Int(operation.slot)] = UInt64(p.pointee)
                present[Int(operation.slot)] = 1
                p += 1
            case .readInt:
                guard let value = readInt(&p, next) else { return false }
                row[Int(operation.slot)] = UInt64(bitPattern: value)
                present[Int(operation.slot)] = 1
            case .readLong:
                guard let value = Varint.read(&p, end) else { return failVarint(p, next) }
                row[Int(operation.slot)] = UInt64(bitPattern: value)
                present[Int(operation.slot)] = 1
            case .readIntAsDouble:
                guard let value = readInt(&p, next) else { return false }
                row[Int(operation.slot)] = Double(value).bitPattern
                present[Int(operation.slot)] = 1
            case .readLongAsDouble:
                guard let value = Varint.read(&p, end) else { return failVarint(p, next) }
                row[Int(operation.slot)] = Double(value).bitPattern
                present[Int(operation.slot)] = 1
            case .readFloat:
                guard end - p >= 4 else { return fail(.truncated, p, next) }
                row[Int(operation.slot)] = PlanInterpreter.float(p)
                present[Int(operation.slot)] = 1
                p += 4
            case .readDouble:
                guard end - p >= 8 else { return fail(.truncated, p, next) }
                row[Int(operation.slot)] = PlanInterpreter.double(p)
                present[Int(operation.slot)] = 1
                p += 8
            case .readBytes:
                guard let length = readLength(&p, next) else { return false }
                row[Int(operation.slot)] = UInt64(p - start) << 32 | UInt64(length)
                present[Int(operation.slot)] = 1
                p += length
            case .readFixed:
                guard end - p >= Int(operation.a) else { return fail(.truncated, p, next) }
                row[Int(operation.slot)] = UInt64(p - start) << 32 | UInt64(operation.a)
                present[Int(operation.slot)] = 1
                p += Int(operation.a)
            case .readSymbol:
                guard let symbol = Varint.read(&p, end) else { return failVarint(p, next) }
                guard symbol >= 0, symbol < Int64(operation.b) else { return fail(.badSymbol, p, next) }
                row[Int(operation.slot)] = DecodedRecord.constantFlag | UInt64(Int64(operation.a) &+ symbol)
                present[Int(operation.slot)] = 1

            case .readNullableInt:
                guard let isValue = readNullTag(&p, operation.tag, next) else { return false }
                if isValue {
                    guard let value = readInt(&p, next) else { return false }
                    row[Int(operation.slot)] = UInt64(bitPattern: value)
                    present[Int(operation.slot)] = 1
                }
            case .readNullableLong:
                guard let isValue = readNullTag(&p, operation.tag, next) else { return false }
                if isValue {
                    guard let value = Varint.read(&p, end) else { return failVarint(p, next) }
                    row[Int(operation.slot)] = UInt64(bitPattern: value)
                    present[Int(operation.slot)] = 1
                }
            case .readNullableFloat:
                guard let isValue = readNullTag(&p, operation.tag, next) else { return false }
                if isValue {
                    guard end - p >= 4 else { return fail(.truncated, p, next) }
                    row[Int(operation.slot)] = PlanInterpreter.float(p)
                    present[Int(operation.slot)] = 1
                    p += 4
                }
            case .readNullableDouble:
                guard let isValue = readNullTag(&p, operation.tag, next) else { return false }
                if isValue {
                    guard end - p >= 8 else { return fail(.truncated, p, next) }
                    row[Int(operation.slot)] = PlanInterpreter.double(p)
                    present[Int(operation.slot)] = 1
                    p += 8
                }

            case .readList:
                guard readBlocks(operation, body: next, &p, depth: depth) else { return false }
                next = Int(operation.a)
            }
        }
    }

    // MARK: Arrays and maps

    /// Reads the count of a block, and of its bytes where the writer gave it (a negative count).
    /// - Returns: nil after a failure; 0 items at the end of the array.
    @inline(__always)
    private mutating func blockHead(_ p: inout Cursor, _ next: Int) -> (count: Int64, bytes: Int64?)? {
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
    private mutating func admits(_ count: Int64, _ operation: PlanOperation, _ p: Cursor, _ next: Int) -> Bool {
        if operation.tag == 0 {
            return count <= Int64(end - p) || fail(.truncated, p, next)
        }
        guard count <= Int64(emptyItemsLeft) else { return fail(.tooManyEmptyItems, p, next) }
        emptyItemsLeft -= Int(count)
        return true
    }

    private mutating func skipBlocks(
        _ operation: PlanOperation,
        body: Int,
        _ p: inout Cursor,
        row: UnsafeMutablePointer<UInt64>,
        present: UnsafeMutablePointer<UInt8>,
        depth: Int
    ) -> Bool {
        guard depth < maximumDepth else { return fail(.tooDeep, p, body) }
        let isMap = operation.code == .skipMap
        while true {
            guard let (count, bytes) = blockHead(&p, body) else { return false }
            if count == 0 { return true }
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
            guard isMap ? count <= Int64(end - p) || fail(.truncated, p, body) : admits(count, operation, p, body)
            else { return false }
            for _ in 0..<count {
                if isMap {
                    guard let length = readLength(&p, body) else { return false }
                    p += length
                }
                guard run(from: body, &p, row: row, present: present, depth: depth &+ 1) else { return false }
            }
        }
    }

    private mutating func readBlocks(_ operation: PlanOperation, body: Int, _ p: inout Cursor, depth: Int) -> Bool {
        guard depth < maximumDepth else { return fail(.tooDeep, p, body) }
        let table = tables + Int(operation.slot)
        let template = templates[Int(operation.slot)]
        let stride = table.pointee.stride
        let fieldCount = table.pointee.fieldCount
        while true {
            guard let (count, bytes) = blockHead(&p, body) else { return false }
            if count == 0 { return true }
            guard admits(count, operation, p, body) else { return false }
            let blockEnd = bytes.map { p + Int($0) }
            for _ in 0..<count {
                if table.pointee.count == table.pointee.capacity { table.pointee.grow() }
                let row = table.pointee.words + table.pointee.count &* stride
                let present = row + fieldCount
                if let template {
                    row.update(from: template, count: stride)
                } else {
                    for word in 0..<(stride &- fieldCount) { present[word] = 0 }
                }
                let flags = UnsafeMutableRawPointer(present).assumingMemoryBound(to: UInt8.self)
                guard run(from: body, &p, row: row, present: flags, depth: depth &+ 1) else { return false }
                table.pointee.count &+= 1
            }
            if let blockEnd, blockEnd != p { return fail(.badBlock, p, body) }
        }
    }

    // MARK: Values

    /// The branch of a union of null and one other type: almost always one of two bytes.
    @inline(__always)
    private mutating func readNullTag(_ p: inout Cursor, _ tag: UInt8, _ next: Int) -> Bool? {
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
        return readLongTag(&p, tag, next)
    }

    /// A branch whose number takes more bytes than it needs.
    @inline(never)
    private mutating func readLongTag(_ p: inout Cursor, _ tag: UInt8, _ next: Int) -> Bool? {
        guard let branch = Varint.read(&p, end) else {
            _ = failVarint(p, next)
            return nil
        }
        guard branch == 0 || branch == 1 else {
            _ = fail(.badBranch, p, next)
            return nil
        }
        return branch == Int64(tag >> 1)
    }

    @inline(__always)
    private mutating func readInt(_ p: inout Cursor, _ next: Int) -> Int64? {
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
    private mutating func readLength(_ p: inout Cursor, _ next: Int) -> Int? {
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
    private static func float(_ p: Cursor) -> UInt64 {
        let bits = UInt32(littleEndian: UnsafeRawPointer(p).loadUnaligned(as: UInt32.self))
        return Double(Float(bitPattern: bits)).bitPattern
    }

    @inline(__always)
    private static func double(_ p: Cursor) -> UInt64 {
        UInt64(littleEndian: UnsafeRawPointer(p).loadUnaligned(as: UInt64.self))
    }

    // MARK: Failures

    @inline(never)
    private mutating func fail(_ failure: Failure, _ p: Cursor, _ next: Int) -> Bool {
        self.failure = failure
        failedAt = p - start
        failedOperation = next - 1
        return false
    }

    @inline(never)
    private mutating func failVarint(_ p: Cursor, _ next: Int) -> Bool {
        fail(Varint.isTruncated(p, end) ? .truncated : .badVarint, p, next)
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
