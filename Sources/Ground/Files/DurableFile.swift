internal import Glibc

/// A file that is there whole or not at all, whatever ends the program or the machine.
///
/// Where a link stands, what it leads to is replaced; one that leads nowhere is replaced itself, of a chain the last. The new file
/// has the group, the mode and the owner of the one whose place it takes, as far as the system lets it (`FileMode` says what becomes of
/// its readers where not). What is no regular file stays what it is: a pipe, a terminal, `/dev/stdout` and other devices are written
/// into, as by any program.
public enum DurableFile {
    /// Why a file could not be written.
    public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        /// Path of the file.
        public let path: String
        /// The system's reason, as "No space left on device".
        public let reason: String
        /// Whether the former file of its name is as it was; not where something was written into that cannot be replaced.
        public internal(set) var isIntact = true

        /// Path and reason.
        public var description: String {
            "\(path) cannot be written: \(reason)" + (isIntact ? "; what stood there before is intact" : "")
        }
    }

    /// Writes a file beside the path, brings it to the disk, and puts it in the place of the one that is there.
    ///
    /// - Throws: `Failure`; nothing is left behind then.
    public static func write(_ bytes: UnsafeRawBufferPointer, to path: String) throws(Failure) {
        try Draft(bytes, for: path).takePlace()
    }

    /// Whether two paths are names of one file, by links too, or of one that is not there yet: of two files that are written to them
    /// one would be lost.
    ///
    /// - Throws: `Failure` where one of them can be no file.
    public static func areOne(_ path: String, _ other: String) throws(Failure) -> Bool {
        try FilePlace(path).isSame(as: FilePlace(other))
    }

    /// With the system's reason.
    static func failure(_ path: String, _ number: Int32 = errno) -> Failure {
        Failure(path: path, reason: String(cString: strerror(number)))
    }
}
