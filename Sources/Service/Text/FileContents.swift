internal import Glibc

/// A file that cannot be read, and why.
package struct FileError: Error, CustomStringConvertible {
    /// Path of the file.
    package let path: String
    /// The system's reason, as "No such file or directory".
    package let reason: String

    /// Path and reason.
    package var description: String { "\(path): \(reason)" }
}

/// Reads whole files.
package enum FileContents {
    /// All bytes of a file.
    ///
    /// - Throws: `FileError` with the system's reason, also for a folder or a file of more than `maximum` bytes.
    package static func read(_ path: String, maximum: Int = 1 << 30) throws(FileError) -> [UInt8] {
        func failure() -> FileError { FileError(path: path, reason: String(cString: strerror(errno))) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        var contents: [UInt8] = []
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_size > 0 {
            contents.reserveCapacity(min(Int(status.st_size), maximum) + 1)
        }
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure() }
            if count == 0 { return contents }
            guard contents.count + count <= maximum else {
                throw FileError(path: path, reason: "larger than \(maximum) bytes")
            }
            contents.append(contentsOf: chunk[..<count])
        }
    }
}
