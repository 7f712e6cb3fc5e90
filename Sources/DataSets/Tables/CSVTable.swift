internal import CCSV
internal import CZlib
internal import Ground
internal import Glibc

/// A table of comma-separated values, read row by row by libcsv, unpacked by zlib where it is compressed.
package struct CSVTable {
    /// A row: its fields by the places that its reader asked for. Valid while it is being read.
    package struct Row {
        /// Line of the table, the header 1.
        package let number: Int
        fileprivate let bytes: UnsafePointer<UInt8>
        fileprivate let ends: UnsafePointer<Int>
        fileprivate let places: [Int]

        /// The field of a wanted column; empty where the table lacks an optional one.
        package subscript(wanted: Int) -> CSVField {
            let place = places[wanted]
            guard place >= 0 else { return CSVField(bytes: UnsafeBufferPointer(start: nil, count: 0)) }
            // Each field is followed by a zero, so that the C library can read numbers in place.
            let start = place == 0 ? 0 : ends[place - 1] + 1
            return CSVField(bytes: UnsafeBufferPointer(start: bytes + start, count: ends[place] - start))
        }
    }

    /// A column that a reader wants.
    package struct Column: Hashable, Sendable {
        package let name: String
        package let isRequired: Bool

        package static func required(_ name: String) -> Column { Column(name: name, isRequired: true) }
        package static func optional(_ name: String) -> Column { Column(name: name, isRequired: false) }
    }

    /// Bytes of a row at the most.
    private static let longestRow = 1 << 20

    /// The path as it was found, with `.gz` or without.
    let path: String
    /// Name of the file in messages.
    package let name: String

    /// The table of that name in a folder, `name.csv` or `name.csv.gz`; nil where there is neither.
    package init?(_ name: String, in folder: String) {
        guard let file = ["\(name).csv", "\(name).csv.gz"].first(where: { access("\(folder)/\($0)", F_OK) == 0 }) else {
            return nil
        }
        self.name = file
        path = "\(folder)/\(file)"
    }

    /// The names in the header line.
    package func header() throws(DataSetProblem) -> [String] {
        var names: [String] = []
        try read { fields, _ in
            names = fields
            return false
        } row: { _, _, _ in
            true
        }
        return names
    }

    /// Calls `body` for each row behind the header.
    ///
    /// - Throws: a problem with the file as a whole: a missing column, one that stands twice, a row with more or fewer fields
    ///   than the header, a file that cannot be read; and what `body` throws.
    package func forEachRow(
        _ columns: [Column],
        _ body: (Row) throws(DataSetProblem) -> Void
    ) throws(DataSetProblem) {
        var places: [Int] = []
        var width = 0
        var failure: DataSetProblem?
        try read { [name] fields, _ in
            width = fields.count
            if let twice = Dictionary(grouping: fields, by: { $0 }).first(where: {
                $0.value.count > 1 && !$0.key.isEmpty
            }) {
                failure = DataSetProblem(name, row: 1, column: twice.key, "stands twice in the header")
                return false
            }
            for column in columns {
                let place = fields.firstIndex(of: column.name)
                if place == nil, column.isRequired {
                    let found = fields.prefix(12).joined(separator: ", ").plain(limit: 200)
                    failure = DataSetProblem(name, row: 1, column: column.name, "is missing; the header has \(found)")
                    return false
                }
                places.append(place ?? -1)
            }
            return true
        } row: { [name] number, bytes, ends in
            guard ends.count == width, let start = bytes.baseAddress, let last = ends.baseAddress else {
                failure = DataSetProblem(name, row: number, "has \(ends.count) fields; the header has \(width)")
                return false
            }
            do throws(DataSetProblem) {
                try body(Row(number: number, bytes: start, ends: last, places: places))
                return true
            } catch {
                failure = error
                return false
            }
        }
        if let failure { throw failure }
    }

    /// Feeds the file to libcsv. Both closures say whether to go on.
    private func read(
        header: ([String], Int) -> Bool,
        row: (Int, UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<Int>) -> Bool
    ) throws(DataSetProblem) {
        // zlib hands plain files through.
        guard let file = gzopen(path, "rb") else {
            throw DataSetProblem(name, "cannot be opened: \(String(cString: strerror(errno)))")
        }
        defer { gzclose(file) }
        gzbuffer(file, 1 << 18)
        let problem = withoutActuallyEscaping(header) { header in
            withoutActuallyEscaping(row) { row in
                CSVParser(longestRow: Self.longestRow, header: header, row: row).read(file)
            }
        }
        if let problem { throw DataSetProblem(name, row: problem.row, problem.message) }
    }
}

/// libcsv over a file: gathers the fields of a row, each followed by a zero.
private final class CSVParser {
    private let longestRow: Int
    private let header: ([String], Int) -> Bool
    private let row: (Int, UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<Int>) -> Bool
    private var parser = csv_parser()
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    private var rows = 0
    private var isDone = false
    private var fault: String?

    init(
        longestRow: Int,
        header: @escaping ([String], Int) -> Bool,
        row: @escaping (Int, UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<Int>) -> Bool
    ) {
        self.longestRow = longestRow
        self.header = header
        self.row = row
        csv_init(&parser, UInt8(CSV_STRICT | CSV_STRICT_FINI))
        // What stands between commas is the value: nothing is trimmed but the CR of CR LF.
        csv_set_space_func(&parser) { _ in 0 }
    }

    deinit { csv_free(&parser) }

    func read(_ file: gzFile) -> (row: Int?, message: String)? {
        let context = Unmanaged.passUnretained(self).toOpaque()
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        while !isDone {
            let count = gzread(file, &chunk, UInt32(chunk.count))
            if count < 0 { return (nil, "cannot be unpacked: \(Self.message(file))") }
            if count == 0 { break }
            let parsed = csv_parse(&parser, chunk, Int(count), Self.field, Self.end, context)
            if parsed != Int(count), !isDone { return (rows + 1, Self.words(csv_error(&parser))) }
            // A field that does not end is in libcsv's own memory.
            if csv_get_buffer_size(&parser) > 2 * longestRow, !isDone { fault = fault ?? tooLong }
            if let fault { return (rows + 1, fault) }
        }
        // Before its last row is taken for one: the row of a file that was cut is cut too.
        if !isDone, Self.isCut(file) { return (nil, "ends too early: it was cut, and is not unpacked to its end") }
        if !isDone, csv_fini(&parser, Self.field, Self.end, context) != 0 {
            return (rows + 1, Self.words(csv_error(&parser)))
        }
        if let fault { return (rows + 1, fault) }
        return !isDone && rows == 0 ? (nil, "is empty: a header line must stand there") : nil
    }

    private static func isCut(_ file: gzFile) -> Bool {
        var code: Int32 = 0
        _ = gzerror(file, &code)
        return code == Z_BUF_ERROR
    }

    private var tooLong: String { "is longer than \(longestRow) bytes" }

    private static func message(_ file: gzFile) -> String {
        var code: Int32 = 0
        return gzerror(file, &code).map { String(cString: $0) } ?? "error \(code)"
    }

    private static func words(_ code: Int32) -> String {
        code == CSV_EPARSE
            ? "a quote stands where none may; RFC 4180 puts the whole value in quotes and doubles those inside"
            : String(cString: csv_strerror(code))
    }

    private static let field: @convention(c) (UnsafeMutableRawPointer?, Int, UnsafeMutableRawPointer?) -> Void = {
        value,
        count,
        context in
        guard let context else { return }
        Unmanaged<CSVParser>.fromOpaque(context).takeUnretainedValue().add(value, count)
    }

    private static let end: @convention(c) (Int32, UnsafeMutableRawPointer?) -> Void = { _, context in
        guard let context else { return }
        Unmanaged<CSVParser>.fromOpaque(context).takeUnretainedValue().endRow()
    }

    private func add(_ value: UnsafeMutableRawPointer?, _ count: Int) {
        guard !isDone, fault == nil else { return }
        guard bytes.count + count < longestRow else {
            fault = tooLong
            return
        }
        bytes.append(contentsOf: UnsafeRawBufferPointer(start: value, count: count))
        ends.append(bytes.count)
        bytes.append(0)
    }

    private func endRow() {
        guard !isDone, fault == nil else { return }
        rows += 1
        if rows == 1 {
            let names = fieldTexts()
            isDone = !header(names, rows)
        } else {
            isDone = !bytes.withUnsafeBufferPointer { bytes in ends.withUnsafeBufferPointer { row(rows, bytes, $0) } }
        }
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    /// The header's names; some programs begin a file with a byte order mark.
    private func fieldTexts() -> [String] {
        var (texts, start) = ([String](), 0)
        for end in ends {
            texts.append(String(decoding: bytes[start..<end], as: UTF8.self))
            start = end + 1
        }
        if let first = texts.first, first.hasPrefix("\u{FEFF}") { texts[0] = String(first.dropFirst()) }
        return texts
    }
}
