import CPQ

/// The rows of an answer, in binary form. Fields are views into it.
package final class PostgresResult {
    let pointer: OpaquePointer
    /// Number of rows.
    package let count: Int
    /// Number of columns.
    package let columns: Int

    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
        count = Int(PQntuples(pointer))
        columns = Int(PQnfields(pointer))
    }

    deinit {
        PQclear(pointer)
    }

    /// How many rows a command inserted, changed or deleted.
    package var affected: Int {
        Int(String(cString: PQcmdTuples(pointer))) ?? 0
    }

    /// The name of a column.
    package func name(of column: Int) -> String {
        PQfname(pointer, Int32(column)).map { String(cString: $0) } ?? ""
    }

    /// The field of a row and column; null where there is no such row or column.
    package subscript(row: Int, column: Int) -> PostgresField {
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
