import DataSets
import Foundation

extension TinyDataSet {
    /// The same, with the spectrum of the first of some objects for all of them, as one that stands for their type, and none for
    /// another object.
    func sharingSpectrum(_ objects: [Int], without bare: Int) throws -> DataSet {
        let path = folder + "/spectra.csv"
        let rows = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").dropFirst().map {
            $0.split(separator: ",").map(String.init)
        }
        let names = objects.map { "mine/\($0)" }
        guard let shared = rows.first(where: { $0[1] == names[0] }) else { throw CocoaError(.fileReadCorruptFile) }
        let lines = rows.filter { $0[1] != "mine/\(bare)" }.map { row in
            let isShared = names.contains(row[1])
            return isShared
                ? "\(shared[0]),\(row[1]),\(row[2]),\(shared[3]),1" : row.joined(separator: ",") + ",0"
        }
        try (["spectrum,object,mjd,row,shared"] + lines + [""]).joined(separator: "\n")
            .write(toFile: path, atomically: true, encoding: .utf8)
        return try DataSet(folder: folder)
    }
}
