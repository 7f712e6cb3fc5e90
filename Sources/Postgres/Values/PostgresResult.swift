import CPQ

/// The rows of an answer, in binary form. Fields are views into it.
public final class PostgresResult {
    let pointer: OpaquePointer
    /// Number of rows.
    public let count: Int
    /// Number of columns.
    public let columns: Int

    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
        count = Int(PQntuples(pointer))
        columns = Int(PQnfields(pointer))
    }

    deinit {
        PQclear(pointer)
    }

    /// How many rows a command inserted, changed or deleted.
    public var affected: Int {
        Int(String(cString: PQcmdTuples(pointer))) ?? 0
    }

    /// The name of a column.
    public func name(of column: Int) -> String {
        PQfname(pointer, Int32(column)).map { String(cString: $0) } ?? ""
    }

    /// The field of a row and column; null where there is no such row or column.
    public subscript(row: Int, column: Int) -> PostgresField {
        guard row >= 0, row < count, column >= 0, column < columns else { return PostgresField(bytes: nil) }
        let (row, column) = (Int32(truncatingIfNeeded: row), Int32(truncatingIfNeeded: column))
        let length = Int(PQgetlength(pointer, row, column))
        if length == 0, PQgetisnull(pointer, row, column) == 1 { return PostgresField(bytes: nil) }
        return PostgresField(
            bytes: UnsafeRawBufferPointer(start: PQgetvalue(pointer, row, column), count: length),
            of: self
        )
    }
}
