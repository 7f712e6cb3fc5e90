import CPQ

extension PostgresConnection {
    /// Sends rows into a table by binary COPY and returns how many arrived.
    ///
    /// - Parameters:
    ///   - prelude: commands to run just before, in the same round trip (`BEGIN`).
    @discardableResult
    package func copyIn(
        _ table: String,
        columns: [String],
        rows: CopyBuffer,
        prelude: String? = nil
    ) throws -> Int {
        let list = columns.joined(separator: ", ")
        let command = (prelude.map { "\($0); " } ?? "") + "COPY \(table) (\(list)) FROM STDIN (FORMAT binary)"
        let deadline = beginRoundTrip()
        guard PQsendQuery(try live(), command) == 1 else { throw lost(context: command) }
        try awaitCopy(PGRES_COPY_IN, deadline, context: command)
        try put(rows.bytes, deadline, context: command)
        try CopyBuffer.trailer.withUnsafeBytes { try put($0, deadline, context: command) }
        while true {
            let ended = PQputCopyEnd(try live(), nil)
            if ended == 1 { break }
            guard ended == 0 else { throw lost(context: command) }
            try wait(deadline, writing: true)
        }
        return try lastResult(deadline, context: command).affected
    }

    /// Reads the rows of `COPY (query) TO STDOUT`, one call each, without gathering them. The fields are valid during
    /// the call only. When `body` throws, the statement is cancelled.
    package func copyOut(_ query: String, _ body: ([PostgresField]) throws -> Void) throws {
        let command = "COPY (\(query)) TO STDOUT (FORMAT binary)"
        let deadline = beginRoundTrip()
        guard PQsendQuery(try live(), command) == 1 else { throw lost(context: command) }
        try flush(deadline)
        try awaitCopy(PGRES_COPY_OUT, deadline, context: command)
        var reader = CopyReader()
        do {
            while let data = try nextCopyData(deadline, context: command) {
                defer { PQfreemem(data.baseAddress) }
                if let fields = try reader.fields(of: UnsafeRawBufferPointer(data)) { try body(fields) }
            }
        } catch {
            try abandonCopy()
            throw error
        }
        _ = try lastResult(deadline, context: command)
    }

    private func awaitCopy(_ wanted: ExecStatusType, _ deadline: Deadline, context: String) throws {
        try flush(deadline)
        while let pointer = try nextResult(deadline) {
            let result = PostgresResult(pointer)
            let status = PQresultStatus(result.pointer)
            if status == wanted { return }
            if status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK { continue }
            let failure = PostgresError(result: pointer, context: context)
            while let rest = try nextResult(deadline) { PQclear(rest) }
            throw failure
        }
        throw PostgresError(kind: .unexpectedAnswer, message: "no COPY came about", context: context)
    }

    private func put(_ bytes: UnsafeRawBufferPointer, _ deadline: Deadline, context: String) throws {
        var place = 0
        while place < bytes.count {
            let length = min(1 << 18, bytes.count - place)
            let chunk = UnsafeRawBufferPointer(rebasing: bytes[place..<place + length])
            switch PQputCopyData(try live(), chunk.bindMemory(to: CChar.self).baseAddress, Int32(length)) {
            case 1: place += length
            case 0: try wait(deadline, writing: true)
            default: throw lost(context: context)
            }
        }
    }

    private func nextCopyData(_ deadline: Deadline, context: String) throws -> UnsafeMutableRawBufferPointer? {
        while true {
            var data: UnsafeMutablePointer<CChar>?
            let length = PQgetCopyData(try live(), &data, 1)
            if length > 0 { return UnsafeMutableRawBufferPointer(start: data, count: Int(length)) }
            if length == -1 { return nil }
            if length == -2 { throw lost(context: context) }
            try wait(deadline, writing: false)
        }
    }

    private func abandonCopy() throws {
        guard handle != nil, !isLost else { return }
        let grace = Deadline(Self.cancellationLimit)
        guard cancellation()?.cancel(within: Self.cancellationLimit) == true else { return close() }
        while let data = try? nextCopyData(grace, context: "cancelling") { PQfreemem(data.baseAddress) }
        while let rest = try? nextResult(grace) { PQclear(rest) }
    }
}

/// Takes the binary form of COPY apart: a header, rows, a trailer.
struct CopyReader {
    private var isPastHeader = false

    /// The fields of one piece of data as libpq hands it out (one row, the first behind the header), nil for the
    /// trailer.
    mutating func fields(of data: UnsafeRawBufferPointer) throws -> [PostgresField]? {
        var place = 0
        func word<T: FixedWidthInteger>(_ type: T.Type) throws -> T {
            guard place + MemoryLayout<T>.size <= data.count else {
                throw PostgresError(kind: .unexpectedAnswer, message: "a row of COPY ends early")
            }
            defer { place += MemoryLayout<T>.size }
            return T(bigEndian: data.loadUnaligned(fromByteOffset: place, as: T.self))
        }
        if !isPastHeader {
            place = 15
            place += Int(try word(Int32.self))
            isPastHeader = true
            if place == data.count { return nil }
        }
        let count = try word(Int16.self)
        guard count >= 0 else { return nil }
        var fields: [PostgresField] = []
        fields.reserveCapacity(Int(count))
        for _ in 0..<count {
            let length = Int(try word(Int32.self))
            guard length >= 0 else {
                fields.append(PostgresField(bytes: nil))
                continue
            }
            guard place + length <= data.count else {
                throw PostgresError(kind: .unexpectedAnswer, message: "a row of COPY ends early")
            }
            fields.append(PostgresField(bytes: UnsafeRawBufferPointer(rebasing: data[place..<place + length])))
            place += length
        }
        return fields
    }
}
