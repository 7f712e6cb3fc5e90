internal import Glibc

/// A file that cannot be read, and why.
public struct FileError: Error, CustomStringConvertible {
    /// Path of the file.
    public let path: String
    /// The system's reason, as "No such file or directory".
    public let reason: String

    /// Path and reason.
    public var description: String { "\(path): \(reason)" }
}

/// Reads whole files.
public enum FileContents {
    /// Most bytes of a text that one would still read as a whole: JSON, YAML, Markdown.
    public static let largestText = 16 << 20
    /// Most bytes of a file of numbers, as the weights of a network.
    public static let largestNumbers = 4 << 30

    /// All bytes of a file.
    ///
    /// - Throws: `FileError` with the system's reason, also for a folder or a file of more than `maximum` bytes.
    public static func read(_ path: String, maximum: Int = 1 << 30) throws(FileError) -> [UInt8] {
        func failure() -> FileError { FileError(path: path, reason: String(cString: strerror(errno))) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        let tooLarge = FileError(path: path, reason: "larger than \(maximum) bytes")
        var contents: [UInt8] = []
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 {
            // Before the memory is asked for: one byte beyond a generous bound is gigabytes too many.
            guard Int(status.st_size) <= maximum else { throw tooLarge }
            contents.reserveCapacity(Int(status.st_size))
        }
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure() }
            if count == 0 { return contents }
            guard contents.count + count <= maximum else { throw tooLarge }
            contents.append(contentsOf: chunk[..<count])
        }
    }
}
