/// `metadata.csv`: a number, nothing, or `none`.
enum FeatureTable {
    static func read(
        _ folder: String,
        _ objects: [DataSetObject],
        _ description: DataSetDescription,
        _ problems: inout DataSetProblems
    ) -> FeatureRows {
        var result = FeatureRows()
        result.rows = Array(repeating: nil, count: objects.count)
        result.names = description.features.map(\.name)
        guard let table = CSVTable("metadata", in: folder) else { return result }
        let numbers = Dictionary(uniqueKeysWithValues: objects.enumerated().map { ($1.name, $0) })
        let width = result.names.count
        var (features, found) = (result, problems)
        checkHeader(table, features.names, &found)
        do throws(DataSetProblem) {
            let columns = [.required("object")] + features.names.map(CSVTable.Column.required)
            try table.forEachRow(columns) { row throws(DataSetProblem) in
                guard let number = numbers[row[0].text] else {
                    found.add(
                        DataSetProblem(
                            table.name,
                            row: row.number,
                            column: "object",
                            "\(row[0].quoted) does not stand in objects.csv"
                        )
                    )
                    return
                }
                guard features.rows[number] == nil else {
                    found.add(
                        DataSetProblem(
                            table.name,
                            row: row.number,
                            column: "object",
                            "\(row[0].quoted) has a row already"
                        )
                    )
                    return
                }
                features.rows[number] = features.values.count / max(1, width)
                for place in 0..<width {
                    let field = row[place + 1]
                    let isNone = field.equals("none")
                    let value = field.single
                    if value == nil, !isNone, !field.isEmpty {
                        found.add(
                            DataSetProblem(
                                table.name,
                                row: row.number,
                                column: features.names[place],
                                "\(field.quoted) is no number, nor none, nor empty"
                            )
                        )
                    }
                    features.values.append(value ?? .nan)
                    features.isNone.append(isNone)
                }
            }
        } catch { found.add(error) }
        problems = found
        return features
    }

    private static func checkHeader(_ table: CSVTable, _ names: [String], _ problems: inout DataSetProblems) {
        guard let header = try? table.header() else { return }
        for column in header where column != "object" && !names.contains(column) {
            problems.add(
                DataSetProblem(
                    table.name,
                    row: 1,
                    column: column,
                    "is no feature of \(DataSetDescription.file): list it there with unit and meaning, or take it out"
                )
            )
        }
    }
}
