/// A position in a datum that moves from value to value and trusts no byte; for code that is not in a hurry.
struct DatumReader {
    private let bytes: UnsafeRawBufferPointer
    private(set) var offset = 0
    private let limits: AvroLimits
    private var emptyLeft: Int
    private var depth = 0
    /// Names of the fields on the way to the value that is being read, for errors.
    var path: [String] = []

    init(_ bytes: UnsafeRawBufferPointer, limits: AvroLimits) {
        self.bytes = bytes
        self.limits = limits
        emptyLeft = limits.valuesWithoutBytes
    }

    private var left: Int { bytes.count - offset }

    mutating func boolean() throws(AvroError) -> Bool {
        let byte = try raw(1)[0]
        guard byte <= 1 else { throw failure(.corrupt, .badBoolean, at: offset - 1) }
        return byte == 1
    }

    mutating func long() throws(AvroError) -> Int64 {
        guard let base = bytes.baseAddress, left > 0 else { throw failure(.truncated, .truncated) }
        let start = base.assumingMemoryBound(to: UInt8.self) + offset
        var cursor = start
        let end = start + left
        guard let value = Varint.read(&cursor, end) else {
            throw Varint.isTruncated(start, end)
                ? failure(.truncated, .truncated) : failure(.corrupt, .badVarint)
        }
        offset += cursor - start
        return value
    }

    mutating func int() throws(AvroError) -> Int32 {
        let start = offset
        guard let value = Int32(exactly: try long()) else { throw failure(.corrupt, .badInt, at: start) }
        return value
    }

    mutating func float() throws(AvroError) -> Float {
        Float(bitPattern: UInt32(littleEndian: try raw(4).loadUnaligned(as: UInt32.self)))
    }

    mutating func double() throws(AvroError) -> Double {
        Double(bitPattern: UInt64(littleEndian: try raw(8).loadUnaligned(as: UInt64.self)))
    }

    mutating func lengthAndBytes() throws(AvroError) -> UnsafeRawBufferPointer {
        let start = offset
        let length = try long()
        guard length >= 0 else { throw failure(.corrupt, .badLength, at: start) }
        guard length <= Int64(left) else { throw failure(.truncated, .truncated) }
        return try raw(Int(length))
    }

    mutating func raw(_ count: Int) throws(AvroError) -> UnsafeRawBufferPointer {
        guard count <= left else { throw failure(.truncated, .truncated) }
        offset += count
        return UnsafeRawBufferPointer(rebasing: bytes[(offset - count)..<offset])
    }

    /// The number of a union's branch or an enum's symbol.
    mutating func choice(of count: Int, _ reason: PlanInterpreter.Failure) throws(AvroError) -> Int {
        let start = offset
        let choice = try long()
        guard choice >= 0, choice < Int64(count) else { throw failure(.corrupt, reason, at: start) }
        return Int(choice)
    }

    /// Reads the blocks of an array or map, item by item.
    mutating func items(
        mayBeEmpty: Bool,
        _ item: (inout DatumReader) throws(AvroError) -> Void
    ) throws(AvroError) {
        while true {
            let start = offset
            var count = try long()
            if count == 0 { return }
            var blockEnd: Int?
            if count < 0 {
                guard count != .min else { throw failure(.corrupt, .badBlock, at: start) }
                count = -count
                let size = try long()
                guard size >= 0 else { throw failure(.corrupt, .badBlock, at: start) }
                guard size <= Int64(left) else { throw failure(.truncated, .truncated) }
                blockEnd = offset + Int(size)
            }
            // Each of those that may be empty is counted when it is read.
            if mayBeEmpty {
                guard count <= Int64(emptyLeft) else { throw failure(.tooLarge, .tooManyEmptyItems) }
            } else {
                guard count <= Int64(left) else { throw failure(.truncated, .truncated) }
            }
            for _ in 0..<count { try item(&self) }
            if let blockEnd, blockEnd != offset { throw failure(.corrupt, .badBlock) }
        }
    }

    /// Counts a value that may take no bytes: those that do are bounded by the bytes that are there.
    mutating func countEmpty() throws(AvroError) {
        guard emptyLeft > 0 else { throw failure(.tooLarge, .tooManyEmptyItems) }
        emptyLeft -= 1
    }

    /// Runs `body` one level deeper.
    mutating func nested(_ body: (inout DatumReader) throws(AvroError) -> Void) throws(AvroError) {
        guard depth < limits.depth else { throw failure(.tooDeep, .tooDeep) }
        depth += 1
        try body(&self)
        depth -= 1
    }

    func failure(_ kind: AvroError.Kind, _ reason: PlanInterpreter.Failure, at position: Int? = nil) -> AvroError {
        failure(kind, reason.rawValue, at: position)
    }

    func failure(_ kind: AvroError.Kind, _ message: String, at position: Int? = nil) -> AvroError {
        AvroError(kind, message, path: path.joined(separator: "."), offset: position ?? offset)
    }
}
