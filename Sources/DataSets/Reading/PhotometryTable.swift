internal import Ground

/// `photometry.csv`: the rows of an object together and by time.
struct PhotometryTable {
    private static let columns: [CSVTable.Column] = [
        .required("object"), .required("mjd"), .required("band"), .optional("kind"), .required("flux"),
        .required("flux_err"), .optional("upper_limit"), .optional("total_flux"), .optional("total_flux_err"),
    ]

    private let table: CSVTable
    private let bands: [(name: [UInt8], number: UInt16)]
    private let numbers: [String: Int]
    private var curves = LightCurves()
    private var current: (name: [UInt8], number: Int?) = ([], nil)
    private var lastBand = 0
    private var start = 0

    /// The light curves of a folder; empty ones where there is no such table.
    static func read(
        _ folder: String,
        _ objects: [DataSetObject],
        _ description: DataSetDescription,
        _ problems: inout DataSetProblems
    ) -> LightCurves {
        var empty = LightCurves()
        empty.ranges = Array(repeating: 0..<0, count: objects.count)
        guard let table = CSVTable("photometry", in: folder) else { return empty }
        var reader = PhotometryTable(table, objects, description)
        reader.curves = empty
        var found = problems
        do throws(DataSetProblem) {
            try table.forEachRow(columns) { row throws(DataSetProblem) in reader.add(row, &found) }
            reader.end()
        } catch { found.add(error) }
        problems = found
        return reader.curves
    }

    private init(_ table: CSVTable, _ objects: [DataSetObject], _ description: DataSetDescription) {
        self.table = table
        bands = description.bands.enumerated().map { (Array($1.name.utf8), UInt16($0)) }
        numbers = Dictionary(uniqueKeysWithValues: objects.enumerated().map { ($1.name, $0) })
    }

    private mutating func add(_ row: CSVTable.Row, _ problems: inout DataSetProblems) {
        func problem(_ column: String, _ message: String) -> DataSetProblem {
            DataSetProblem(table.name, row: row.number, column: column, message)
        }
        do throws(DataSetProblem) {
            if !row[0].equals(current.name) || curves.times.count == 0 { try begin(row) }
            guard current.number != nil else { return }
            guard let time = row[1].number, time > -200_000, time < 200_000 else {
                throw problem("mjd", "\(row[1].quoted) is no Modified Julian Date (a Julian Date less 2400000.5)")
            }
            if curves.times.count > start, let last = curves.times.last, time < last {
                throw problem("mjd", "\(row[1].quoted) is before the row above: sort an object's rows by time")
            }
            guard let isLimit = row[6].flag else {
                throw problem("upper_limit", "\(row[6].quoted) is \(CSVField.flagWords)")
            }
            guard let flux = row[4].single else { throw problem("flux", "\(row[4].quoted) is no number (nJy)") }
            var error = Float.nan
            if !row[5].isEmpty {
                guard let value = row[5].single, value > 0 else {
                    throw problem("flux_err", "\(row[5].quoted) is no error above 0 (nJy; empty where it is not known)")
                }
                error = value
            }
            let isDifference = row[3].equals("difference")
            if !isDifference, !row[3].isEmpty, !row[3].equals("total") {
                throw problem("kind", "\(row[3].quoted) is neither total nor difference")
            }
            if curves.times.count > start, curves.kinds[start].contains(.difference) != isDifference {
                throw problem(
                    "kind",
                    "\(row[3].quoted) is another than in the object's first row: give its points one kind"
                )
            }
            let band = try band(row)
            let total = try total(row, isDifference: isDifference, isLimit: isLimit)
            curves.times.append(time)
            curves.fluxes.append(flux)
            curves.errors.append(error)
            curves.bands.append(band)
            var kind: LightCurves.Kind = isLimit ? .limit : []
            if isDifference { kind.insert(.difference) }
            curves.kinds.append(kind)
            add(total: total)
        } catch { problems.add(error) }
    }

    private func total(_ row: CSVTable.Row, isDifference: Bool, isLimit: Bool) throws(DataSetProblem) -> (Float, Float)
    {
        func number(_ place: Int, _ column: String) throws(DataSetProblem) -> Float {
            guard !row[place].isEmpty else { return .nan }
            guard isDifference, !isLimit else {
                throw DataSetProblem(
                    table.name,
                    row: row.number,
                    column: column,
                    "\(row[place].quoted) stands beside a \(isLimit ? "limit" : "flux that is total already"): leave it empty there"
                )
            }
            guard let value = row[place].single else {
                throw DataSetProblem(
                    table.name,
                    row: row.number,
                    column: column,
                    "\(row[place].quoted) is no number (nJy)"
                )
            }
            return value
        }
        let (flux, error) = (try number(7, "total_flux"), try number(8, "total_flux_err"))
        guard !(error <= 0), !flux.isNaN || error.isNaN else {
            throw DataSetProblem(
                table.name,
                row: row.number,
                column: "total_flux_err",
                "\(row[8].quoted) is no error above 0 of a total_flux (nJy; empty where it is not known)"
            )
        }
        return (flux, error)
    }

    /// Room is taken from the first total on: few data sets have any.
    private mutating func add(total: (flux: Float, error: Float)) {
        if curves.totals.isEmpty {
            guard total.flux.isFinite else { return }
            curves.totals = Array(repeating: .nan, count: curves.times.count - 1)
            curves.totalErrors = curves.totals
        }
        curves.totals.append(total.flux)
        curves.totalErrors.append(total.error)
    }

    private mutating func begin(_ row: CSVTable.Row) throws(DataSetProblem) {
        if !current.name.isEmpty, row[0].equals(current.name) { return }
        end()
        current = (Array(row[0].bytes), nil)
        let name = row[0].text
        guard let number = numbers[name] else {
            throw DataSetProblem(
                table.name,
                row: row.number,
                column: "object",
                "\(row[0].quoted) does not stand in objects.csv (said once for its rows)"
            )
        }
        guard curves.ranges[number].isEmpty else {
            throw DataSetProblem(
                table.name,
                row: row.number,
                column: "object",
                "\(row[0].quoted) had rows further up: put the rows of an object together (said once for them)"
            )
        }
        current.number = number
        start = curves.times.count
    }

    private mutating func end() {
        if let number = current.number { curves.ranges[number] = start..<curves.times.count }
    }

    private mutating func band(_ row: CSVTable.Row) throws(DataSetProblem) -> UInt16 {
        // Neighbours mostly share their band.
        if lastBand < bands.count, row[2].equals(bands[lastBand].name) { return bands[lastBand].number }
        guard let place = bands.firstIndex(where: { row[2].equals($0.name) }) else {
            throw DataSetProblem(
                table.name,
                row: row.number,
                column: "band",
                "\(row[2].quoted) is no band of \(DataSetDescription.file): list it there with its wavelength"
            )
        }
        lastBand = place
        return bands[place].number
    }
}
