internal import Foundation
internal import Glibc

/// A folder that nobody else may look into, for what a library writes by a name of its own.
public struct PrivateFolder: Sendable {
    /// Its path.
    public let path: String

    /// Makes it among the system's temporary files.
    ///
    /// - Throws: `FileError` with the system's reason.
    public init() throws(FileError) {
        let wanted = FileManager.default.temporaryDirectory.appending(path: "trifid-XXXXXX").path(percentEncoded: false)
        var name = Array(wanted.utf8CString)
        guard mkdtemp(&name) != nil else {
            throw FileError(path: wanted, reason: "cannot be made: \(String(cString: strerror(errno)))")
        }
        path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Takes it away with all that is in it.
    public func remove() { try? FileManager.default.removeItem(atPath: path) }
}
