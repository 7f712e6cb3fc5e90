/// Rows for a binary `COPY ... FROM STDIN`, gathered in memory and sent as one. Reusable; for one thread.
///
/// ```swift
/// rows.beginRow(columns: 2)
/// rows.append(Int64(7))
/// rows.append("seven")
/// ```
package final class CopyBuffer: BinaryBuffer {
    /// Rows begun so far.
    package private(set) var rowCount = 0

    /// No rows, with room for so many bytes.
    package override init(capacity: Int = 1 << 16) {
        super.init(capacity: capacity)
        putHeader()
    }

    /// Forgets all rows and keeps the memory.
    package override func removeAll() {
        super.removeAll()
        rowCount = 0
        putHeader()
    }

    private func putHeader() {
        put(bytes: Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00])
        put(Int32(0))
        put(Int32(0))
    }

    /// The end of the data, which `COPY` wants after the last row.
    static let trailer: [UInt8] = [0xFF, 0xFF]

    /// Begins a row; exactly so many values have to follow.
    package func beginRow(columns: Int) {
        rowCount += 1
        put(Int16(columns))
    }

    /// Appends SQL null.
    package func appendNull() {
        put(Int32(-1))
    }

    /// Appends a `smallint`.
    package func append(_ value: Int16) {
        put(Int32(2))
        put(value)
    }

    /// Appends an `integer`.
    package func append(_ value: Int32) {
        put(Int32(4))
        put(value)
    }

    /// Appends a `bigint`.
    package func append(_ value: Int64) {
        put(Int32(8))
        put(value)
    }

    /// Appends a `real`.
    package func append(_ value: Float) {
        put(Int32(4))
        put(value.bitPattern)
    }

    /// Appends a `double precision`.
    package func append(_ value: Double) {
        put(Int32(8))
        put(value.bitPattern)
    }

    /// Appends a `boolean`.
    package func append(_ value: Bool) {
        put(Int32(1))
        put(UInt8(value ? 1 : 0))
    }

    /// Appends `text`. A zero character, which PostgreSQL does not know in text, becomes U+FFFD.
    package func append(_ value: String) {
        let text = value.utf8.contains(0) ? String(value.map { $0 == "\0" ? "\u{FFFD}" : $0 }) : value
        put(Int32(text.utf8.count))
        put(utf8: text)
    }

    /// Appends `bytea`.
    package func append(bytes value: some Collection<UInt8>) {
        put(Int32(value.count))
        put(bytes: value)
    }

    /// Appends any other value.
    package func append(_ value: PostgresParameter) {
        guard value != .null else { return appendNull() }
        framed { value.append(to: self) }
    }

    /// Appends a `smallint[]`.
    package func append(array values: some Collection<Int16>) {
        framed { put(array: values) }
    }

    /// Appends an `integer[]`.
    package func append(array values: some Collection<Int32>) {
        framed { put(array: values) }
    }

    /// Appends a `bigint[]`.
    package func append(array values: some Collection<Int64>) {
        framed { put(array: values) }
    }

    /// Appends a `real[]`.
    package func append(array values: some Collection<Float>) {
        framed { put(array: values) }
    }

    /// Appends a `double precision[]`.
    package func append(array values: some Collection<Double>) {
        framed { put(array: values) }
    }

    /// Appends a `text[]`.
    package func append(array values: [String]) {
        framed { put(array: values.map { Optional($0) }) }
    }

    /// Writes a value with its length before it.
    private func framed(_ body: () -> Void) {
        let place = count
        put(Int32(0))
        body()
        set(Int32(count - place - 4), at: place)
    }
}
