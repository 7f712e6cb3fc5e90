import CPQ

extension PostgresConnection {
    /// Runs one or more commands without parameters; their rows are dropped.
    package func execute(_ sql: String) throws {
        let deadline = beginRoundTrip()
        guard PQsendQuery(try live(), sql) == 1 else { throw lost(context: sql) }
        _ = try lastResult(deadline, context: sql)
    }

    /// Runs a statement with parameters and returns its rows, all in binary form.
    @discardableResult
    package func query(_ sql: String, _ parameters: [PostgresParameter] = []) throws -> PostgresResult {
        let deadline = beginRoundTrip()
        let handle = try live()
        let sent = withWire(parameters) { values, lengths, formats in
            PQsendQueryParams(
                handle,
                sql,
                Int32(parameters.count),
                parameters.map(\.type.rawValue),
                values,
                lengths,
                formats,
                1
            )
        }
        guard sent == 1 else { throw lost(context: sql) }
        return try lastResult(deadline, context: sql)
    }

    /// Runs a prepared statement.
    @discardableResult
    package func query(
        _ statement: PreparedStatement,
        _ parameters: [PostgresParameter] = []
    ) throws -> PostgresResult {
        try prepare(statement)
        let deadline = beginRoundTrip()
        try send(statement, parameters)
        return try lastResult(deadline, context: statement.sql)
    }

    /// Prepares a statement where this session has not done so yet.
    package func prepare(_ statement: PreparedStatement) throws {
        guard !prepared.contains(statement.name) else { return }
        let deadline = beginRoundTrip()
        let sent = PQsendPrepare(
            try live(),
            statement.name,
            statement.sql,
            Int32(statement.parameterTypes.count),
            statement.parameterTypes.map(\.rawValue)
        )
        guard sent == 1 else { throw lost(context: statement.sql) }
        _ = try lastResult(deadline, context: statement.sql)
        prepared.insert(statement.name)
    }

    func send(_ statement: PreparedStatement, _ parameters: [PostgresParameter]) throws {
        let handle = try live()
        guard parameters.count == statement.parameterTypes.count,
            zip(parameters, statement.parameterTypes).allSatisfy({ $0 == .null || $0.type == $1 })
        else {
            throw PostgresError(
                kind: .unexpectedAnswer,
                message: "parameters do not match the statement's types",
                context: statement.sql
            )
        }
        let sent = withWire(parameters) { values, lengths, formats in
            PQsendQueryPrepared(handle, statement.name, Int32(parameters.count), values, lengths, formats, 1)
        }
        guard sent == 1 else { throw lost(context: statement.sql) }
    }

    /// Waits for all results of what was sent and returns the last; throws the first error.
    func lastResult(_ deadline: Deadline, context: String) throws -> PostgresResult {
        try flush(deadline)
        var last: PostgresResult?
        var failure: PostgresError?
        while let pointer = try nextResult(deadline) {
            let result = PostgresResult(pointer)
            switch PQresultStatus(pointer) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: last = result
            case PGRES_COPY_IN:
                PQputCopyEnd(try live(), "use copyIn for COPY ... FROM STDIN")
                try flush(deadline)
            case PGRES_COPY_OUT:
                throw PostgresError(kind: .unexpectedAnswer, message: "use copyOut for COPY ... TO", context: context)
            default: failure = failure ?? PostgresError(result: pointer, context: context)
            }
        }
        if let failure { throw isLost ? failure.losing() : failure }
        guard let last else { throw lost(context: context) }
        return last
    }

    /// Lays parameters out as libpq wants them.
    private func withWire<Result>(
        _ parameters: [PostgresParameter],
        _ body: ([UnsafePointer<CChar>?], [Int32], [Int32]) -> Result
    ) -> Result {
        let buffer = BinaryBuffer(capacity: 256)
        var places: [(start: Int, length: Int)?] = []
        for parameter in parameters {
            let start = buffer.count
            parameter.append(to: buffer)
            places.append(parameter == .null ? nil : (start, buffer.count - start))
        }
        // libpq takes a null pointer for SQL null: an empty value needs an address of its own.
        let base = buffer.bytes.baseAddress
        let values = places.map { place in
            place.flatMap { place in base.map { ($0 + place.start).assumingMemoryBound(to: CChar.self) } }
        }
        let lengths = places.map { Int32(clamping: $0?.length ?? 0) }
        return withExtendedLifetime(buffer) {
            body(values, lengths, Array(repeating: 1, count: parameters.count))
        }
    }
}

extension PostgresError {
    /// The error that a libpq result carries.
    init(result: OpaquePointer, context: String?) {
        func field(_ name: Character) -> String? {
            PQresultErrorField(result, Int32(name.asciiValue ?? 0)).map { String(cString: $0) }
        }
        // Letters of PG_DIAG_*: C SQLSTATE, M primary message, D detail, H hint, n constraint.
        let notes = [field("D"), field("H")].compactMap { $0 }
        self.init(
            kind: .server,
            sqlState: field("C"),
            message: field("M") ?? String(cString: PQresultErrorMessage(result)).trimmingWhitespace(),
            detail: notes.isEmpty ? nil : notes.joined(separator: " "),
            constraint: field("n"),
            context: context.map { $0.count > 200 ? String($0.prefix(200)) + "..." : $0 }
        )
        // A broken connection comes as a result without SQLSTATE.
        if sqlState == nil { kind = .connectionLost }
    }

    func losing() -> PostgresError {
        var error = self
        error.kind = .connectionLost
        return error
    }
}
