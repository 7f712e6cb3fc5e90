import DataSets
import Foundation

extension TinyDataSet {
    /// What one of its files says.
    func text(_ file: String) throws -> String { try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8) }

    /// Writes a file beside its own, or in the place of one, and says where it is.
    @discardableResult
    func write(_ text: String, _ file: String) throws -> String {
        let path = "\(folder)/\(file)"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    /// The same data set with another text in one of its files.
    func changed(_ file: String, _ change: (String) throws -> String) throws -> DataSet {
        let text = try text(file)
        try write(change(text), file)
        defer { _ = try? write(text, file) }
        return try DataSet(folder: folder)
    }

    /// The same with other words in one of its files.
    func changed(_ file: String, _ old: String, _ new: String) throws -> DataSet {
        try changed(file) { text in
            guard text.contains(old) else { throw CocoaError(.fileReadCorruptFile) }
            return text.replacingOccurrences(of: old, with: new)
        }
    }
}
