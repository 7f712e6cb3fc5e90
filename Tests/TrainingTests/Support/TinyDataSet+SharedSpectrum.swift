import DataSets
import Foundation

extension TinyDataSet {
    /// The same, with the spectrum of the first of some objects for all of them, as one that stands for their type, and none for
    /// another object.
    func sharingSpectrum(_ objects: [Int], without bare: Int) throws -> DataSet {
        let rows = try text("spectra.csv").split(separator: "\n").dropFirst().map {
            $0.split(separator: ",").map(String.init)
        }
        let names = objects.map { "mine/\($0)" }
        guard let shared = rows.first(where: { $0[1] == names[0] }) else { throw CocoaError(.fileReadCorruptFile) }
        let lines = rows.filter { $0[1] != "mine/\(bare)" }.map { row in
            let isShared = names.contains(row[1])
            return isShared
                ? "\(shared[0]),\(row[1]),\(row[2]),\(shared[3]),1" : row.joined(separator: ",") + ",0"
        }
        try write((["spectrum,object,mjd,row,shared"] + lines + [""]).joined(separator: "\n"), "spectra.csv")
        return try DataSet(folder: folder)
    }
}
