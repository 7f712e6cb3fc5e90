internal import Glibc

/// A pipe that wakes a thread in poll(2).
struct WakePipe: Sendable {
    /// The end to poll and read; -1 where the system has no file descriptor left.
    let reader: Int32
    /// The end to write to.
    let writer: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) == 0 {
            for end in ends {
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
                _ = fcntl(end, F_SETFL, O_NONBLOCK)
            }
        }
        reader = ends[0]
        writer = ends[1]
    }

    /// Makes the pipe readable. Safe in a signal handler.
    static func wake(_ writer: Int32, with byte: UInt8) {
        var byte = byte
        _ = write(writer, &byte, 1)
    }

    func close() {
        _ = Glibc.close(reader)
        _ = Glibc.close(writer)
    }
}
