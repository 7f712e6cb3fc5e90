/// Something in a data set that cannot be used, where it stands, and what would do.
package struct DataSetProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// Name of the file in the folder.
    package var file: String
    /// Line of the table, its header line 1; nil where it is about the file.
    package var row: Int?
    /// Name of the column; nil where it is about the row.
    package var column: String?
    /// What is wrong and what would do.
    package var message: String

    package init(_ file: String, row: Int? = nil, column: String? = nil, _ message: String) {
        self.file = file
        self.row = row
        self.column = column
        self.message = message
    }

    /// `photometry.csv.gz, row 12, column flux: 'abc' is no number`
    package var description: String {
        let place = [file, row.map { "row \($0)" }, column.map { "column \($0)" }].compactMap { $0 }
        return "\(place.joined(separator: ", ")): \(message)"
    }
}

/// What is wrong with a data set, gathered: reading goes on after a problem, so that one run names many.
package struct DataSetProblems: Error, Sendable, CustomStringConvertible {
    /// The first problems of each file, `most` of one at the most.
    package private(set) var listed: [DataSetProblem] = []
    /// How many there are of each file.
    package private(set) var counts: [String: Int] = [:]
    /// How many of a file are listed.
    package static let most = 20

    package init() {}

    /// Whether nothing is wrong.
    package var isEmpty: Bool { counts.isEmpty }

    /// Adds a problem.
    package mutating func add(_ problem: DataSetProblem) {
        counts[problem.file, default: 0] += 1
        if counts[problem.file, default: 0] <= Self.most { listed.append(problem) }
    }

    /// All of them, a line each.
    package var description: String {
        var lines = listed.map(\.description)
        for (file, count) in counts.sorted(by: { $0.key < $1.key }) where count > Self.most {
            lines.append("\(file): \(count - Self.most) more")
        }
        return lines.joined(separator: "\n")
    }
}
