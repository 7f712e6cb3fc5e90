internal import Glibc
internal import Ground

/// A spectrum of an object and where it stands.
package struct SpectrumPlace: Hashable, Sendable {
    /// Name of the spectrum; those of one name are one spectrum, shared by several objects.
    package var name: String
    /// Number of the object.
    package var object: Int
    /// Modified Julian Date, nil where it is not known.
    package var time: Double?
    /// Name of the FITS file in the folder.
    package var file: String
    /// Row of the image, from 0.
    package var row: Int
    /// Whether it is not of this very object but of another of its type.
    package var isShared: Bool
}

/// `spectra.csv` and the FITS files that it names.
enum SpectrumTable {
    private static let columns: [CSVTable.Column] = [
        .required("spectrum"), .required("object"), .optional("mjd"), .optional("file"), .required("row"),
        .optional("shared"),
    ]

    /// The file where the table names none.
    private static let usualFile = "spectra.fits"

    static func read(
        _ folder: String,
        _ objects: [DataSetObject],
        _ problems: inout DataSetProblems
    ) -> (places: [SpectrumPlace], files: [String: FITSSpectra]) {
        guard let table = CSVTable("spectra", in: folder) else { return ([], [:]) }
        let numbers = Dictionary(uniqueKeysWithValues: objects.enumerated().map { ($1.name, $0) })
        var (places, files, broken) = ([SpectrumPlace](), [String: FITSSpectra](), Set<String>())
        var (known, found) = ([String: SpectrumPlace](), problems)
        do throws(DataSetProblem) {
            try table.forEachRow(columns) { row throws(DataSetProblem) in
                func complain(_ column: String, _ message: String) {
                    found.add(DataSetProblem(table.name, row: row.number, column: column, message))
                }
                guard let object = numbers[row[1].text] else {
                    return complain("object", "\(row[1].quoted) does not stand in objects.csv")
                }
                let file = row[3].isEmpty ? usualFile : row[3].text
                guard !file.contains("/"), file.utf8.count < 256 else {
                    return complain("file", "\(row[3].quoted) is no name of a file in the folder")
                }
                if files[file] == nil, !broken.contains(file) {
                    do throws(DataSetProblem) {
                        files[file] = try FITSSpectra(path: "\(folder)/\(file)", name: file)
                    } catch {
                        broken.insert(file)
                        found.add(error)
                    }
                }
                guard let spectra = files[file] else { return }
                guard let place = row[4].integer, (0..<spectra.count).contains(place) else {
                    return complain("row", "\(row[4].quoted) is no row of \(file), which has \(spectra.count) from 0")
                }
                if !row[2].isEmpty, row[2].number == nil { return complain("mjd", "\(row[2].quoted) is no date") }
                guard let isShared = row[5].flag else {
                    return complain("shared", "\(row[5].quoted) is \(CSVField.flagWords)")
                }
                let spectrum = SpectrumPlace(
                    name: row[0].text,
                    object: object,
                    time: row[2].number,
                    file: file,
                    row: place,
                    isShared: isShared
                )
                if let other = known[spectrum.name], (other.file, other.row) != (file, place) {
                    return complain("spectrum", "\(row[0].quoted) stands in row \(other.row) of \(other.file) too")
                }
                known[spectrum.name] = spectrum
                places.append(spectrum)
            }
        } catch { found.add(error) }
        problems = found
        return (places, files)
    }
}
