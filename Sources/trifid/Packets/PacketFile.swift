import Foundation

/// A file of packets as a user names it on the command line, read by mapping it into memory.
struct PacketFile {
    let path: String

    /// Lends the file's bytes.
    ///
    /// - Throws: `UnreadableFile`, which does not name the file: the caller's line does.
    func withBytes<Answer>(_ body: (UnsafeRawBufferPointer) throws -> Answer) throws -> Answer {
        try Self.check(path)
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
        } catch {
            throw UnreadableFile(reason: (error as NSError).localizedDescription)
        }
        return try data.withUnsafeBytes(body)
    }

    /// Asks the system first: its reasons are in plain words, Foundation's are not.
    private static func check(_ path: String) throws(UnreadableFile) {
        var status = stat()
        guard stat(path, &status) == 0, access(path, R_OK) == 0 else { throw UnreadableFile(code: errno) }
        if status.st_mode & S_IFMT == S_IFDIR { throw UnreadableFile(code: EISDIR) }
    }
}

/// Why a file cannot be read.
struct UnreadableFile: Error, CustomStringConvertible {
    let reason: String

    var description: String { "cannot be read: \(reason)" }
}

extension UnreadableFile {
    /// The system's reason, as "No such file or directory".
    fileprivate init(code: Int32) {
        reason = String(cString: strerror(code))
    }
}
