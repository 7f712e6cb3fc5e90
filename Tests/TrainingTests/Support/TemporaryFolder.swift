import Foundation

/// A folder of a test's own: it is there from the first file on, until the test removes it.
struct TemporaryFolder {
    let path = FileManager.default.temporaryDirectory.appending(path: "trifid-\(UUID().uuidString)").path()

    func make() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    /// Writes a file, and says where it is.
    @discardableResult
    func write(_ text: String, _ name: String) throws -> String {
        try make()
        let file = "\(path)/\(name)"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        return file
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }

    /// What is read of a file with this text, which is gone afterwards.
    static func reading<Value>(_ text: String, _ name: String, _ read: (String) throws -> Value) throws -> Value {
        let folder = TemporaryFolder()
        defer { folder.remove() }
        return try read(folder.write(text, name))
    }
}
