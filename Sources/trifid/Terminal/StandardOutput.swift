import Glibc
import Ground
import Service
import Synchronization

/// The reader of standard output has gone away (`| head`).
struct OutputClosed: Error {}

/// Standard output, collected and written in large pieces; on a terminal by the line.
///
/// Writing never fails at once: a reader that has gone away or a full disk shows at `flush`, and in `isBroken` for
/// loops that could stop early.
enum StandardOutput {
    /// Writes text.
    static func write(_ text: String) { state.withLock { $0.write(text.utf8) } }

    /// Writes bytes.
    static func write(_ bytes: some Collection<UInt8>) { state.withLock { $0.write(bytes) } }

    /// Writes text and a line break.
    static func print(_ line: String) {
        state.withLock {
            $0.write(line.utf8)
            $0.write(CollectionOfOne(UInt8(ascii: "\n")))
        }
    }

    /// Writes a JSON document as one line.
    static func print(_ json: JSONValue) { print(json.line) }

    /// Whether writing has failed; `flush` says how.
    static var isBroken: Bool { state.withLock { $0.failure != nil } }

    /// Hands over what has been collected.
    ///
    /// - Throws: `OutputClosed` where the reader has gone away, `CommandFailure` where the system refuses (a full disk).
    static func flush() throws {
        let failure = state.withLock { state -> Int32? in
            state.flush()
            return state.failure
        }
        guard let failure else { return }
        if failure == EPIPE { throw OutputClosed() }
        throw CommandFailure(.incomplete, "cannot write to standard output: \(String(cString: strerror(failure)))")
    }

    /// Whether people watch.
    static let isTerminal = isatty(STDOUT_FILENO) == 1

    private static let state = Mutex(Buffer())

    private struct Buffer {
        var bytes: [UInt8] = []
        var failure: Int32?

        mutating func write(_ new: some Collection<UInt8>) {
            guard failure == nil else { return }
            bytes.append(contentsOf: new)
            if bytes.count >= 1 << 16 || (StandardOutput.isTerminal && bytes.last == UInt8(ascii: "\n")) { flush() }
        }

        mutating func flush() {
            if failure == nil { failure = FileDescriptorWriter.write(bytes, to: STDOUT_FILENO) }
            bytes.removeAll(keepingCapacity: true)
        }
    }
}

/// Standard error: written at once, one call a message.
enum StandardError {
    static func write(_ text: String) { _ = FileDescriptorWriter.write(Array(text.utf8), to: STDERR_FILENO) }

    /// Writes a line.
    static func print(_ line: String) { write(line + "\n") }
}

private enum FileDescriptorWriter {
    /// Writes all of it; the error number where the system refuses.
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
        bytes.withUnsafeBytes { buffer in
            var written = 0
            while written < buffer.count {
                let count = Glibc.write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
                if count >= 0 {
                    written += count
                } else if errno == EAGAIN {
                    var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&waiting, 1, -1)
                } else if errno != EINTR {
                    return errno
                }
            }
            return nil
        }
    }
}
