/// One value of an answer in its binary form: a view of the answer it comes from, which lives as long as the field.
package struct PostgresField {
    let bytes: UnsafeRawBufferPointer?
    /// So that a field outlives an answer that nobody else holds (`query(...)[0, 0].string`).
    private let answer: PostgresResult?

    /// - Parameter answer: what the bytes belong to; nil where they are valid during a call only.
    init(bytes: UnsafeRawBufferPointer?, of answer: PostgresResult? = nil) {
        self.bytes = bytes
        self.answer = answer
    }

    /// Whether the value is SQL null.
    package var isNull: Bool { bytes == nil }

    /// The field unless it is null: `try field.present?.int64`.
    package var present: PostgresField? { bytes == nil ? nil : self }

    /// The value's bytes, empty for null.
    package var raw: UnsafeRawBufferPointer { bytes ?? UnsafeRawBufferPointer(start: nil, count: 0) }

    @inline(__always)
    private func integer<T: FixedWidthInteger>(_ type: T.Type) throws -> T {
        guard let bytes, bytes.count == MemoryLayout<T>.size else { throw mismatch("\(T.self)") }
        return T(bigEndian: bytes.loadUnaligned(as: T.self))
    }

    private func mismatch(_ wanted: String) -> PostgresError {
        PostgresError(
            kind: .unexpectedAnswer,
            message: bytes.map { "a value of \($0.count) bytes is no \(wanted)" } ?? "null is no \(wanted)"
        )
    }

    /// A `smallint`.
    package var int16: Int16 { get throws { try integer(Int16.self) } }

    /// An `integer` or `smallint`.
    package var int32: Int32 {
        get throws { raw.count == 2 ? Int32(try integer(Int16.self)) : try integer(Int32.self) }
    }

    /// A `bigint`, `integer` or `smallint`.
    package var int64: Int64 {
        get throws { raw.count == 8 ? try integer(Int64.self) : Int64(try int32) }
    }

    /// A `real`.
    package var float: Float { get throws { Float(bitPattern: try integer(UInt32.self)) } }

    /// A `double precision`.
    package var double: Double { get throws { Double(bitPattern: try integer(UInt64.self)) } }

    /// A `boolean`.
    package var bool: Bool { get throws { try integer(UInt8.self) != 0 } }

    /// `text`, and whatever else the server sends as text.
    package var string: String {
        get throws {
            guard let bytes else { throw mismatch("text") }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    /// `bytea`.
    package var byteArray: [UInt8] {
        get throws {
            guard let bytes else { throw mismatch("bytea") }
            return Array(bytes)
        }
    }

    /// `jsonb`, as JSON text.
    package var json: String {
        get throws {
            guard let bytes, bytes.first == 1 else { throw mismatch("jsonb") }
            return String(decoding: bytes.dropFirst(), as: UTF8.self)
        }
    }

    /// A `timestamptz` in microseconds since 1970-01-01 UTC.
    package var microseconds: Int64 { get throws { try integer(Int64.self) &+ PostgresEpoch.microseconds } }

    /// A `timestamptz` in milliseconds since 1970-01-01 UTC, rounded down.
    package var milliseconds: Int64 {
        get throws {
            let (whole, rest) = try microseconds.quotientAndRemainder(dividingBy: 1000)
            return rest < 0 ? whole - 1 : whole
        }
    }
}

// Arrays of one dimension.
extension PostgresField {
    /// A `smallint[]`.
    package var int16s: [Int16] { get throws { try array(.int16, size: 2) { Int16(bigEndian: load($0)) } } }

    /// An `integer[]`.
    package var int32s: [Int32] { get throws { try array(.int32, size: 4) { Int32(bigEndian: load($0)) } } }

    /// A `bigint[]`.
    package var int64s: [Int64] { get throws { try array(.int64, size: 8) { Int64(bigEndian: load($0)) } } }

    /// A `real[]`.
    package var floats: [Float] {
        get throws { try array(.float, size: 4) { Float(bitPattern: UInt32(bigEndian: load($0))) } }
    }

    /// A `double precision[]`.
    package var doubles: [Double] {
        get throws { try array(.double, size: 8) { Double(bitPattern: UInt64(bigEndian: load($0))) } }
    }

    /// A `boolean[]`.
    package var bools: [Bool] { get throws { try array(.bool, size: 1) { (load($0) as UInt8) != 0 } } }

    /// A `text[]`, nil for null elements.
    package var texts: [String?] {
        get throws {
            var values: [String?] = []
            try forEachElement(.text) { element in
                values.append(element.map { String(decoding: $0, as: UTF8.self) })
            }
            return values
        }
    }

    /// A `bytea[]` without null elements.
    package var byteArrays: [[UInt8]] {
        get throws {
            var values: [[UInt8]] = []
            try forEachElement(.bytes) { element in
                guard let element else { throw mismatch("bytea[] without nulls") }
                values.append(Array(element))
            }
            return values
        }
    }

    @inline(__always)
    private func load<T: FixedWidthInteger>(_ pointer: UnsafeRawPointer) -> T {
        pointer.loadUnaligned(as: T.self)
    }

    /// Elements of one fixed size: after a check of the whole length they stand at equal distances.
    @inline(__always)
    private func array<T>(_ type: PostgresType, size: Int, _ value: (UnsafeRawPointer) -> T) throws -> [T] {
        let (count, body) = try arrayBody(type)
        guard count > 0, let start = body.baseAddress else { return [] }
        guard body.count == count * (4 + size) else { throw mismatch("array of \(size)-byte values without nulls") }
        return Array(unsafeUninitializedCapacity: count) { buffer, initialised in
            for index in 0..<count {
                (buffer.baseAddress.unsafelyUnwrapped + index).initialize(to: value(start + index * (4 + size) + 4))
            }
            initialised = count
        }
    }

    /// An array of fixed-size elements without nulls as it stands on the wire, for readers that want no array of their
    /// own: its elements as big-endian bits. Valid as long as the field.
    package func elements<Bits: FixedWidthInteger>(_ type: PostgresType, _ bits: Bits.Type) throws -> Elements<Bits> {
        let (count, body) = try arrayBody(type)
        guard body.count == count * (4 + MemoryLayout<Bits>.size) else {
            throw mismatch("array of \(MemoryLayout<Bits>.size)-byte values without nulls")
        }
        return Elements(body: body, count: count)
    }

    /// The elements of an array on the wire.
    package struct Elements<Bits: FixedWidthInteger> {
        @usableFromInline
        let body: UnsafeRawBufferPointer
        /// Number of elements.
        package let count: Int

        /// The bits of an element.
        @inlinable
        package subscript(index: Int) -> Bits {
            precondition(index >= 0 && index < count)
            let place = index * (4 + MemoryLayout<Bits>.size) + 4
            return Bits(bigEndian: body.loadUnaligned(fromByteOffset: place, as: Bits.self))
        }
    }

    private func forEachElement(_ type: PostgresType, _ body: (UnsafeRawBufferPointer?) throws -> Void) throws {
        let (count, elements) = try arrayBody(type)
        var place = 0
        for _ in 0..<count {
            guard place + 4 <= elements.count else { throw mismatch("array") }
            let length = Int(Int32(bigEndian: elements.loadUnaligned(fromByteOffset: place, as: Int32.self)))
            place += 4
            guard length >= 0 else {
                try body(nil)
                continue
            }
            guard place + length <= elements.count else { throw mismatch("array") }
            try body(UnsafeRawBufferPointer(rebasing: elements[place..<place + length]))
            place += length
        }
    }

    /// The number of elements and the bytes in which they stand.
    private func arrayBody(_ type: PostgresType) throws -> (Int, UnsafeRawBufferPointer) {
        guard let bytes, bytes.count >= 12 else { throw mismatch("array") }
        func word(_ place: Int) -> Int32 {
            Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: place, as: Int32.self))
        }
        guard UInt32(bitPattern: word(8)) == type.rawValue else { throw mismatch("array of type \(type.rawValue)") }
        if word(0) == 0 { return (0, UnsafeRawBufferPointer(start: nil, count: 0)) }
        guard word(0) == 1, bytes.count >= 20, word(12) >= 0 else { throw mismatch("array of one dimension") }
        return (Int(word(12)), UnsafeRawBufferPointer(rebasing: bytes[20...]))
    }
}
