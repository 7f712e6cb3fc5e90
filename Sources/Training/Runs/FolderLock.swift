internal import Foundation
internal import Glibc

/// A run's folder for one process: two that train in it at once would write each other's checkpoints. The lock ends with the
/// process, however that ends.
final class FolderLock: Sendable {
    private let descriptor: Int32

    /// Makes the folder if it is not there, and locks it.
    ///
    /// - Throws: `RunFolder.Fault` where another process trains in it, or it cannot be made.
    init(_ folder: String) throws {
        do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
            throw RunFolder.Fault(
                description: "the folder \(folder) cannot be made: \(String(cString: strerror(errno)))"
            )
        }
        let path = "\(folder)/lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw RunFolder.Fault(description: "\(path) cannot be written: \(String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw RunFolder.Fault(
                description: "another process trains in \(folder): wait for it, or name another folder"
            )
        }
    }

    deinit { close(descriptor) }
}
