internal import Ground

/// An object of a data set.
package struct DataSetObject: Hashable, Sendable {
    /// When an object serves.
    package enum Split: String, Hashable, Sendable, CaseIterable {
        case train
        case val
        case test
        /// Tested in the fold of its number, trained on in the others.
        case fold
        /// None was given.
        case none = ""
    }

    package var name: String
    /// As its source writes it.
    package var label: String
    /// The node of the taxonomy that it trains, empty for none.
    package var node: String
    package var split: Split
    /// Number of the fold in which it is tested.
    package var fold: Int?
    /// Rows of one number are one object on the sky.
    package var cluster: Int?
    /// Whether it has a labelled alert.
    package var hasAlert: Bool
    /// Whether it brightens once, above what it is before and after: a reference image shows the latter.
    package var isEvent: Bool
    package var survey: String
    package var source: String
    package var quality: String
    /// The folder of its label in the taxonomy; `alerts` for an alert as its packet told it.
    package var folder: String

    /// Folds are numbered from 0 to this.
    package static let largestFold = 1000
}

/// `objects.csv`.
enum ObjectTable {
    private static let columns: [CSVTable.Column] = [
        .required("object"), .optional("class"), .optional("node"), .optional("split"), .optional("fold"),
        .optional("cluster"), .optional("alerts"), .optional("survey"), .optional("source"), .optional("quality"),
        .optional("folder"), .optional("event"),
    ]

    static func read(_ folder: String, _ problems: inout DataSetProblems) -> [DataSetObject] {
        guard let table = CSVTable("objects", in: folder) else {
            problems.add(DataSetProblem("objects.csv", "is missing: a row an object must stand there"))
            return []
        }
        var (objects, known, found) = ([DataSetObject](), [String: Int](), problems)
        do throws(DataSetProblem) {
            try table.forEachRow(columns) { row throws(DataSetProblem) in
                guard let object = object(row, table.name, &found) else { return }
                if let first = known.updateValue(row.number, forKey: object.name) {
                    found.add(
                        DataSetProblem(
                            table.name,
                            row: row.number,
                            column: "object",
                            "'\(object.name.plain(limit: 60))' stands in row \(first) already"
                        )
                    )
                    return
                }
                objects.append(object)
            }
        } catch { found.add(error) }
        problems = found
        checkClusters(objects, table.name, &problems)
        return objects
    }

    private static func object(
        _ row: CSVTable.Row,
        _ file: String,
        _ problems: inout DataSetProblems
    ) -> DataSetObject? {
        func complain(_ column: String, _ message: String) {
            problems.add(DataSetProblem(file, row: row.number, column: column, message))
        }
        let name = row[0].text
        guard (1...255).contains(name.utf8.count), !name.contains(where: { ",\"\n\r".contains($0) }),
            !name.holdsControlCharacters
        else {
            complain("object", "\(row[0].quoted) is no name: 1 to 255 bytes without comma, quote or line break")
            return nil
        }
        guard let split = DataSetObject.Split(rawValue: row[3].text) else {
            complain("split", "\(row[3].quoted) is none of train, val, test, fold")
            return nil
        }
        let ranges = [(4, "fold", 0...DataSetObject.largestFold), (5, "cluster", 0...Int.max)]
        for (place, column, range) in ranges where !row[place].isEmpty {
            guard let number = row[place].integer, range.contains(number) else {
                let end = range.upperBound < Int.max ? " to \(range.upperBound)" : ""
                complain(column, "\(row[place].quoted) is no whole number from 0\(end)")
                return nil
            }
        }
        guard let hasAlert = row[6].flag else {
            complain("alerts", "\(row[6].quoted) is \(CSVField.flagWords)")
            return nil
        }
        guard let isEvent = row[11].flag else {
            complain("event", "\(row[11].quoted) is \(CSVField.flagWords)")
            return nil
        }
        if split == .fold, row[4].isEmpty { complain("fold", "is empty, though split is fold") }
        return DataSetObject(
            name: name,
            label: row[1].text,
            node: row[2].text,
            split: split,
            fold: row[4].integer,
            cluster: row[5].integer,
            hasAlert: hasAlert,
            isEvent: isEvent,
            survey: row[7].text,
            source: row[8].text,
            quality: row[9].text,
            folder: row[10].text
        )
    }

    /// What is one object must not be trained on and tested with.
    private static func checkClusters(_ objects: [DataSetObject], _ file: String, _ problems: inout DataSetProblems) {
        var first: [Int: DataSetObject] = [:]
        for object in objects {
            guard let cluster = object.cluster else { continue }
            guard let other = first[cluster] else {
                first[cluster] = object
                continue
            }
            if (other.split, other.fold) != (object.split, object.fold) {
                problems.add(
                    DataSetProblem(
                        file,
                        column: "split",
                        "'\(object.name.plain(limit: 60))' (\(place(object))) and '\(other.name.plain(limit: 60))' "
                            + "(\(place(other))) are cluster \(cluster), one object: give them one split and fold"
                    )
                )
            }
        }
    }

    private static func place(_ object: DataSetObject) -> String {
        "\(object.split == .none ? "no split" : object.split.rawValue)\(object.fold.map { ", fold \($0)" } ?? "")"
    }
}
