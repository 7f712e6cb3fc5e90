internal import Glibc

/// A file that is there whole or not at all, whatever ends the program or the machine.
///
/// Where a link stands, what it leads to is replaced; one that leads nowhere is replaced itself. The new file is as open as the
/// one whose place it takes, and of the same owner where the system lets it.
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

    /// A file that lies whole on the disk beside the place that it is to take. Who changes several files makes the drafts of all
    /// first: where there is no room for one of them, none has been replaced.
    public struct Draft: Sendable {
        /// The path as it was given.
        public let path: String
        /// Where it leads.
        private let target: String

        private var making: String { "\(target).new" }

        /// Writes a file beside the path and brings it to the disk.
        ///
        /// - Throws: `Failure`; nothing is left behind then.
        public init(_ bytes: UnsafeRawBufferPointer, for path: String) throws(Failure) {
            self.path = path
            target = try DurableFile.target(of: path)
            let former = DurableFile.status(of: target)
            // Never more open than what it replaces, not even while it is written; and what a killed process has left of it can be
            // written over.
            let mode = former.map { $0.st_mode & 0o777 | 0o600 } ?? 0o644
            let descriptor = open(making, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
            guard descriptor >= 0 else { throw DurableFile.failure(path) }
            do throws(Failure) {
                defer { close(descriptor) }
                var rest = bytes[...]
                while !rest.isEmpty {
                    let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { throw DurableFile.failure(path) }
                    rest = rest.dropFirst(count)
                }
                if let former {
                    // The mode first, for what has been given away may no longer be changed.
                    _ = fchmod(descriptor, former.st_mode & 0o777)
                    _ = fchown(descriptor, former.st_uid, former.st_gid)
                }
                guard fsync(descriptor) == 0 else { throw DurableFile.failure(path) }
            } catch {
                unlink(making)
                throw error
            }
        }

        /// Puts the file in the place of the one that is there.
        ///
        /// - Throws: `Failure`; nothing is left behind then.
        public func takePlace() throws(Failure) {
            guard rename(making, target) == 0 else {
                let failure = DurableFile.failure(path)
                unlink(making)
                throw failure
            }
            DurableFile.syncFolder(of: target)
        }

        /// Takes the file away; what stands in its place stays.
        public func discard() { unlink(making) }
    }

    /// Writes a file beside the path, brings it to the disk, and puts it in the place of the one that is there.
    ///
    /// - Throws: `Failure`; nothing is left behind then.
    public static func write(_ bytes: UnsafeRawBufferPointer, to path: String) throws(Failure) {
        try Draft(bytes, for: path).takePlace()
    }

    private static func failure(_ path: String) -> Failure {
        Failure(path: path, reason: String(cString: strerror(errno)))
    }

    /// Where a path leads.
    private static func target(of path: String) throws(Failure) -> String {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return path }
        guard let resolved = realpath(path, nil) else {
            guard errno == ENOENT else { throw failure(path) }
            return path
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Of the file that is replaced; nil where there is none.
    private static func status(of path: String) -> stat? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return status
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
