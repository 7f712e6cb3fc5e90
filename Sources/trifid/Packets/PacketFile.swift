import Foundation
import Ground

/// A file of packets as a user names it on the command line: a file is mapped into memory; a pipe, `/dev/stdin`, a FIFO
/// or `-` for standard input is read to its end.
struct PacketFile {
    let path: String

    /// Most bytes that are taken from a pipe. A file may be larger: it is not held in memory as a whole.
    static let pipeLimit = 256 << 20

    /// Lends the file's bytes.
    ///
    /// - Throws: `UnreadableFile`, which does not name the file: the caller's line does.
    func withBytes<Answer>(_ body: (UnsafeRawBufferPointer) throws -> Answer) throws -> Answer {
        guard try isRegular() else { return try pipeBytes().withUnsafeBytes(body) }
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
        } catch {
            throw UnreadableFile(reason: error.inWords)
        }
        return try data.withUnsafeBytes(body)
    }

    /// The path of a file with these bytes, for who reads them more than once: this one, or a copy of what a pipe gives.
    ///
    /// - Parameter folder: where the copy goes.
    func kept(in folder: String) throws -> String {
        if try isRegular() { return path }
        let copy = "\(folder)/\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(pipeBytes()).write(to: URL(fileURLWithPath: copy))
        return copy
    }

    private var source: String { path == "-" ? "/dev/stdin" : path }

    private func pipeBytes() throws(UnreadableFile) -> [UInt8] {
        do throws(FileError) {
            return try FileContents.read(source, maximum: Self.pipeLimit)
        } catch {
            throw UnreadableFile(reason: error.reason)
        }
    }

    /// Asks the system first: its reasons are in plain words, Foundation's are not.
    private func isRegular() throws(UnreadableFile) -> Bool {
        var status = stat()
        guard stat(source, &status) == 0, access(source, R_OK) == 0 else { throw UnreadableFile(code: errno) }
        if status.st_mode & S_IFMT == S_IFDIR { throw UnreadableFile(code: EISDIR) }
        // Standard input and descriptors of the shell may be files that others have begun to read.
        let isDescriptor = path == "-" || ["/dev/stdin", "/dev/fd/", "/proc/"].contains(where: path.hasPrefix)
        return status.st_mode & S_IFMT == S_IFREG && !isDescriptor
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
