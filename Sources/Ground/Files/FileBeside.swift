internal import Glibc

/// A file under another name beside the place that it is to take.
struct FileBeside {
    /// What is replaced in the end.
    private let target: String
    /// Which file it is: another process may have made its own by the same name since.
    private let status: stat

    private var name: String { "\(target).new" }

    /// Makes it, empty, and as open as it will be.
    ///
    /// - Parameters:
    ///   - path: the target as it was given, for errors.
    ///   - former: the file whose place it is to take; nil where there is none.
    /// - Throws: `DurableFile.Failure`; nothing is left behind then.
    static func make(
        _ target: String,
        for path: String,
        former: stat?
    ) throws(DurableFile.Failure) -> (descriptor: Int32, beside: FileBeside?) {
        let name = "\(target).new"
        // What a killed process has left there may be open to others, and a link that somebody has laid leads anywhere.
        guard unlink(name) == 0 || errno == ENOENT else { throw DurableFile.failure(path) }
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        // Who has opened a file reads on, whatever its mode is made later.
        let descriptor = open(name, flags, former == nil ? 0o644 : 0o600)
        guard descriptor >= 0 else { throw DurableFile.failure(path) }
        if let former { FileMode.inherit(descriptor, former) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let failure = DurableFile.failure(path)
            close(descriptor)
            unlink(name)
            throw failure
        }
        return (descriptor, FileBeside(target: target, status: status))
    }

    /// Puts it in the place of the one that is there.
    ///
    /// - Throws: `DurableFile.Failure`.
    func takePlace(_ path: String) throws(DurableFile.Failure) {
        var now = stat()
        guard lstat(name, &now) == 0 else { throw DurableFile.failure(path) }
        guard FilePlace.areOne(now, status) else {
            throw DurableFile.Failure(
                path: path,
                reason: "another process is writing \(name) too; write it again when that is done"
            )
        }
        guard rename(name, target) == 0 else { throw DurableFile.failure(path) }
        syncFolder()
    }

    /// Takes it away, where it has not taken its place.
    func remove() {
        var now = stat()
        guard lstat(name, &now) == 0, FilePlace.areOne(now, status) else { return }
        unlink(name)
    }

    /// The new name is on the disk once the folder is. Where it cannot be asked for, the file is there all the same.
    private func syncFolder() {
        let descriptor = open(FilePlace.folder(of: target), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
