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
        case noRecord = "null, or another type than the record, where a record is needed"
        case tooDeep = "values nested too deep"
        case tooManyEmptyItems = "too many values that take no bytes"
        case tooManyRows = "too many items in a list"
    }

    /// What a plan consists of. Pointers are absent only where no operation asks for them.
    struct Steps {
        let operations: UnsafePointer<PlanOperation>
        /// Of general unions.
        let targets: UnsafePointer<Int32>?
        /// Of flags.
        let masks: UnsafePointer<UInt64>?
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

    let steps: Steps
    let templates: Templates
    let tables: UnsafeMutablePointer<DecodedRecord.Table>
    let start: UnsafePointer<UInt8>
    let end: UnsafePointer<UInt8>
    let maximumDepth: Int
    let maximumRows: Int
    var emptyItemsLeft: Int

    var failure = Failure.none
    var failedAt = 0
    var failedOperation = 0
    /// Of several fields that the operation reads, which.
    var failedField = 0

    typealias Cursor = UnsafePointer<UInt8>
    /// An operation of the plan: the one that comes next.
    typealias Place = UnsafePointer<PlanOperation>

    /// Runs a body from `first` to its end.
    ///
    /// Half of the time goes into getting from one operation to the next. What an operation needs is therefore loaded where
    /// it is needed, and the place of the next one stays in a register.
    ///
    /// The cursor goes by value to all that is not inlined and comes back: one whose address is taken lives in memory,
    /// and each step waits for the store of the last.
    /// - Returns: where the datum goes on; nil after a failure.
    mutating func run(
        from first: Place,
        _ cursor: Cursor,
        row: UnsafeMutablePointer<UInt64>,
        present: UnsafeMutablePointer<UInt8>,
        depth: Int
    ) -> Cursor? {
        var p = cursor
        let end = end
        var marked = p
        var next = first
        while true {
            let operation = next
            next += 1
            switch operation.pointee.code {
            case .end:
                return p

            case .skipFixed:
                guard end - p >= Int(operation.pointee.a) else { return fail(.truncated, p, next) }
                p += Int(operation.pointee.a)
            case .skipIntegers:
                var count = operation.pointee.a
                repeat {
                    guard Varint.skip(&p, end) else { return failVarint(p, next) }
                    count &-= 1
                } while count > 0
            case .skipBytes:
                var count = operation.pointee.a
                repeat {
                    guard let length = readLength(&p, next) else { return nil }
                    p += length
                    count &-= 1
                } while count > 0
            case .skipNullableFixed:
                var count = operation.pointee.b
                let size = Int(operation.pointee.a)
                repeat {
                    guard let isValue = readNullTag(&p, operation.pointee.tag, next) else { return nil }
                    if isValue {
                        guard end - p >= size else { return fail(.truncated, p, next) }
                        p += size
                    }
                    count &-= 1
                } while count > 0
            case .skipNullableIntegers:
                var count = operation.pointee.b
                repeat {
                    guard let isValue = readNullTag(&p, operation.pointee.tag, next) else { return nil }
                    if isValue {
                        guard Varint.skip(&p, end) else { return failVarint(p, next) }
                    }
                    count &-= 1
                } while count > 0
            case .skipNullableBytes:
                var count = operation.pointee.b
                repeat {
                    guard let isValue = readNullTag(&p, operation.pointee.tag, next) else { return nil }
                    if isValue {
                        guard let length = readLength(&p, next) else { return nil }
                        p += length
                    }
                    count &-= 1
                } while count > 0
            case .skipArray, .skipMap:
                guard let after = skipBlocks(operation.pointee, body: next, p, row: row, present: present, depth: depth)
                else {
                    return nil
                }
                p = after
                next = steps.operations + Int(operation.pointee.a)

            case .nullTest:
                guard let isValue = readNullTag(&p, operation.pointee.tag, next) else { return nil }
                if !isValue { next = steps.operations + Int(operation.pointee.a) }
            case .union:
                guard let branch = Varint.read(&p, end) else { return failVarint(p, next) }
                guard branch >= 0, branch < Int64(operation.pointee.b), let targets = steps.targets else {
                    return fail(.badBranch, p, next)
                }
                next = steps.operations + Int(targets[Int(operation.pointee.a) &+ Int(branch)])
            case .refuse:
                return fail(.noRecord, p, next)
            case .jump:
                next = steps.operations + Int(operation.pointee.a)
            case .call:
                guard depth < maximumDepth else { return fail(.tooDeep, p, next) }
                guard
                    let after = run(
                        from: steps.operations + Int(operation.pointee.a),
                        p,
                        row: row,
                        present: present,
                        depth: depth &+ 1
                    )
                else {
                    return nil
                }
                p = after
            case .mark:
                marked = p
            case .rewind:
                p = marked

            case .readBoolean:
                guard p < end else { return fail(.truncated, p, next) }
                guard p.pointee <= 1 else { return fail(.badBoolean, p, next) }
                row[Int(operation.pointee.slot)] = UInt64(p.pointee)
                present[Int(operation.pointee.slot)] = 1
                p += 1
            case .readInt:
                guard let value = readInt(&p, next) else { return nil }
                row[Int(operation.pointee.slot)] = UInt64(bitPattern: value)
                present[Int(operation.pointee.slot)] = 1
            case .readLong:
                guard let value = Varint.read(&p, end) else { return failVarint(p, next) }
                row[Int(operation.pointee.slot)] = UInt64(bitPattern: value)
                present[Int(operation.pointee.slot)] = 1
            case .readIntAsDouble:
                guard let value = readInt(&p, next) else { return nil }
                row[Int(operation.pointee.slot)] = Double(value).bitPattern
                present[Int(operation.pointee.slot)] = 1
            case .readLongAsDouble:
                guard let value = Varint.read(&p, end) else { return failVarint(p, next) }
                row[Int(operation.pointee.slot)] = Double(value).bitPattern
                present[Int(operation.pointee.slot)] = 1
            case .readFloat:
                guard end - p >= 4 else { return fail(.truncated, p, next) }
                row[Int(operation.pointee.slot)] = PlanInterpreter.float(p)
                present[Int(operation.pointee.slot)] = 1
                p += 4
            case .readDouble:
                guard end - p >= 8 else { return fail(.truncated, p, next) }
                row[Int(operation.pointee.slot)] = PlanInterpreter.double(p)
                present[Int(operation.pointee.slot)] = 1
                p += 8
            case .readBytes:
                guard let length = readLength(&p, next) else { return nil }
                row[Int(operation.pointee.slot)] = UInt64(p - start) << 32 | UInt64(length)
                present[Int(operation.pointee.slot)] = 1
                p += length
            case .readFixed:
                guard end - p >= Int(operation.pointee.a) else { return fail(.truncated, p, next) }
                row[Int(operation.pointee.slot)] = UInt64(p - start) << 32 | UInt64(operation.pointee.a)
                present[Int(operation.pointee.slot)] = 1
                p += Int(operation.pointee.a)
            case .readSymbol:
                guard let symbol = Varint.read(&p, end) else { return failVarint(p, next) }
                guard symbol >= 0, symbol < Int64(operation.pointee.b) else { return fail(.badSymbol, p, next) }
                row[Int(operation.pointee.slot)] =
                    DecodedRecord.constantFlag | UInt64(Int64(operation.pointee.a) &+ symbol)
                present[Int(operation.pointee.slot)] = 1

            case .readNullableInt:
                guard let isValue = readNullTag(&p, operation.pointee.tag, next) else { return nil }
                if isValue {
                    guard let value = readInt(&p, next) else { return nil }
                    row[Int(operation.pointee.slot)] = UInt64(bitPattern: value)
                    present[Int(operation.pointee.slot)] = 1
                }
            case .readNullableLong:
                guard let isValue = readNullTag(&p, operation.pointee.tag, next) else { return nil }
                if isValue {
                    guard let value = Varint.read(&p, end) else { return failVarint(p, next) }
                    row[Int(operation.pointee.slot)] = UInt64(bitPattern: value)
                    present[Int(operation.pointee.slot)] = 1
                }
            case .readNullableBytes:
                guard let isValue = readNullTag(&p, operation.pointee.tag, next) else { return nil }
                if isValue {
                    guard let length = readLength(&p, next) else { return nil }
                    row[Int(operation.pointee.slot)] = UInt64(p - start) << 32 | UInt64(length)
                    present[Int(operation.pointee.slot)] = 1
                    p += length
                }
            case .readNullableFloat:
                var slot = Int(operation.pointee.slot)
                let slots = slot &+ Int(operation.pointee.b)
                repeat {
                    guard let isValue = readNullTag(&p, operation.pointee.tag, next) else {
                        return failAt(slot, of: operation)
                    }
                    if isValue {
                        guard end - p >= 4 else { return fail(.truncated, p, next, slot, of: operation) }
                        row[slot] = PlanInterpreter.float(p)
                        present[slot] = 1
                        p += 4
                    }
                    slot &+= 1
                } while slot < slots
            case .readNullableDouble:
                var slot = Int(operation.pointee.slot)
                let slots = slot &+ Int(operation.pointee.b)
                repeat {
                    guard let isValue = readNullTag(&p, operation.pointee.tag, next) else {
                        return failAt(slot, of: operation)
                    }
                    if isValue {
                        guard end - p >= 8 else { return fail(.truncated, p, next, slot, of: operation) }
                        row[slot] = PlanInterpreter.double(p)
                        present[slot] = 1
                        p += 8
                    }
                    slot &+= 1
                } while slot < slots

            case .readFlags:
                guard let after = readFlags(operation.pointee, p, next, row: row, present: present) else { return nil }
                p = after
            case .readNullableFlags:
                guard let after = readNullableFlags(operation.pointee, p, next, row: row, present: present) else {
                    return nil
                }
                p = after

            case .readList:
                guard let after = readBlocks(operation.pointee, body: next, p, depth: depth) else { return nil }
                p = after
                next = steps.operations + Int(operation.pointee.a)
            }
        }
    }

    /// - Returns: nil.
    @inline(never)
    mutating func fail(_ failure: Failure, _ p: Cursor, _ next: Place) -> Cursor? {
        self.failure = failure
        failedAt = p - start
        failedOperation = next - steps.operations - 1
        return nil
    }

    /// Fails at one of several fields that an operation reads.
    /// - Returns: nil.
    @inline(never)
    private mutating func fail(
        _ failure: Failure,
        _ p: Cursor,
        _ next: Place,
        _ slot: Int,
        of operation: Place
    ) -> Cursor? {
        failedField = slot - Int(operation.pointee.slot)
        return fail(failure, p, next)
    }

    /// Says at which of several fields that an operation reads it has failed.
    /// - Returns: nil.
    @inline(never)
    private mutating func failAt(_ slot: Int, of operation: Place) -> Cursor? {
        failedField = slot - Int(operation.pointee.slot)
        return nil
    }

    /// - Returns: nil.
    @inline(never)
    mutating func failVarint(_ p: Cursor, _ next: Place) -> Cursor? {
        fail(Varint.isTruncated(p, end) ? .truncated : .badVarint, p, next)
    }
}
