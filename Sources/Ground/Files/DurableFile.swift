internal import Glibc

/// A file that is there whole or not at all, whatever ends the program or the machine.
public enum DurableFile {
    /// Why a file could not be written; the former one of its name is as it was.
    public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        /// Path of the file.
        public let path: String
        /// The system's reason, as "No space left on device".
        public let reason: String

        /// Path and reason.
        public var description: String { "\(path) cannot be written: \(reason); what stood there before is intact" }
    }

    /// Writes a file beside the path, brings it to the disk, and puts it in the place of the one that is there.
    ///
    /// - Throws: `Failure`; nothing is left behind then.
    public static func write(_ bytes: UnsafeRawBufferPointer, to path: String) throws(Failure) {
        let making = "\(path).new"
        func failure() -> Failure { Failure(path: path, reason: String(cString: strerror(errno))) }
        let descriptor = open(making, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure() }
        do throws(Failure) {
            defer { close(descriptor) }
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw failure() }
                rest = rest.dropFirst(count)
            }
            guard fsync(descriptor) == 0 else { throw failure() }
        } catch {
            unlink(making)
            throw error
        }
        guard rename(making, path) == 0 else {
            let failure = failure()
            unlink(making)
            throw failure
        }
        syncFolder(of: path)
    }

    /// The new name is on the disk once the folder is. Where it cannot be asked for, the file is there all the same.
    private static func syncFolder(of path: String) {
        let folder = path.lastIndex(of: "/").map { path[..<$0].isEmpty ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
