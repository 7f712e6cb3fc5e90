internal import CFITSIO
internal import Glibc

/// A binary table of a FITS file, written by cfitsio: astropy, TOPCAT and others read it as it is.
package struct FITSTable: Sendable {
    /// A column, its values by row.
    package enum Column: Sendable {
        case text([String])
        case integers([Int32])
        /// So many numbers a row, one row after the other; NaN where one is not known.
        case floats([Float], width: Int)

        var count: Int {
            switch self {
            case .text(let values): values.count
            case .integers(let values): values.count
            case .floats(let values, let width): values.count / max(width, 1)
            }
        }

        var format: String {
            switch self {
            case .text(let values): "\(max(1, values.map(\.utf8.count).max() ?? 1))A"
            case .integers: "1J"
            case .floats(_, let width): "\(width)E"
            }
        }
    }

    /// Why a file could not be written.
    package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        package let description: String
    }

    private let name: String
    private var columns: [(name: String, column: Column)] = []
    private var keywords: [(key: String, value: String, comment: String)] = []

    /// - Parameter name: of the extension.
    package init(name: String) { self.name = name }

    /// Adds a column; all have as many rows.
    package mutating func add(_ name: String, _ column: Column) { columns.append((name, column)) }

    /// Adds a keyword to the header; at most eight letters, and a value on one line.
    package mutating func add(keyword: String, _ value: String, _ comment: String) {
        keywords.append((keyword, value, comment))
    }

    /// Writes the file, in the place of one that is there.
    ///
    /// - Throws: `Failure`; nothing is left behind then, and what stood there before is intact.
    package func write(to path: String) throws(Failure) {
        let making = "\(path).new"
        unlink(making)
        var (file, status): (UnsafeMutablePointer<fitsfile>?, Int32) = (nil, 0)
        trifid_fits_create(&file, making, &status)
        if let file {
            fill(file, &status)
            let closed = trifid_fits_close(file)
            if status == 0 { status = closed }
        }
        guard status == 0 else {
            unlink(making)
            throw Failure(description: "\(path) cannot be written: \(Self.words(status))")
        }
        guard rename(making, path) == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(making)
            throw Failure(description: "\(path) cannot be written: \(reason)")
        }
    }

    private func fill(_ file: UnsafeMutablePointer<fitsfile>, _ status: inout Int32) {
        let rows = columns.map(\.column.count).min() ?? 0
        var names = columns.map { strdup($0.name) }
        var formats = columns.map { strdup($0.column.format) }
        defer { (names + formats).forEach { free($0) } }
        trifid_fits_create_table(file, rows, Int32(columns.count), &names, &formats, name, &status)
        for (key, value, comment) in keywords { trifid_fits_write_key(file, key, value, comment, &status) }
        for (place, entry) in columns.enumerated() {
            let number = Int32(place + 1)
            switch entry.column {
            case .text(let values):
                for row in 0..<rows where status == 0 {
                    trifid_fits_write_text(file, number, row + 1, values[row], &status)
                }
            case .integers(let values):
                for row in 0..<rows where status == 0 {
                    trifid_fits_write_integer(file, number, row + 1, values[row], &status)
                }
            case .floats(var values, let width):
                guard rows > 0 else { continue }
                trifid_fits_write_floats(file, number, 1, rows * width, &values, &status)
            }
        }
    }

    private static func words(_ status: Int32) -> String {
        var text = [CChar](repeating: 0, count: 81)
        trifid_fits_message(status, &text)
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
