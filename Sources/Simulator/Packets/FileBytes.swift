internal import Glibc

/// Whole files.
package enum FileBytes {
    /// The bytes of a file.
    ///
    /// - Throws: `SimulationError` with the system's reason, which does not name the file.
    package static func read(_ path: String) throws(SimulationError) -> [UInt8] {
        func failure(_ code: Int32) -> SimulationError {
            SimulationError("cannot be read: \(String(cString: strerror(code)))")
        }
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw failure(errno) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw failure(errno) }
        if status.st_mode & S_IFMT == S_IFDIR { throw failure(EISDIR) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw SimulationError("cannot be read: it is not a file") }
        let size = Int(status.st_size)
        var failed: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = 0
            while count < size {
                let got = Glibc.read(file, buffer.baseAddress.map { $0 + count }, size - count)
                if got <= 0 {
                    if got < 0 { failed = errno }
                    break
                }
                count += got
            }
        }
        if failed != 0 { throw failure(failed) }
        return bytes
    }
}
