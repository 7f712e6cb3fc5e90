internal import Glibc
import Ground
internal import Synchronization

/// How log lines look.
package enum LogFormat: String, Sendable, CaseIterable {
    /// Text on a terminal, JSON elsewhere.
    case auto
    case text
    case json
}

/// Where log lines go: one write a line, so that lines of several threads never mix.
package final class LogSink: Sendable {
    /// How a line looks.
    enum Form: Sendable {
        case json
        case text
        /// Text for journald, which keeps the time itself and reads the priority.
        case journal
        /// Text without time.
        case timeless
    }

    /// Least level that is written.
    package let level: LogLevel
    private let form: Form
    private let output: @Sendable (LogLevel, [UInt8]) -> Void
    private let clock: @Sendable () -> UTCTime
    private let state: Mutex<RepetitionLimiter>

    init(
        level: LogLevel,
        form: Form,
        limiter: RepetitionLimiter = RepetitionLimiter(burst: 10, windowMilliseconds: 10_000),
        clock: @escaping @Sendable () -> UTCTime = { UTCTime.now },
        output: @escaping @Sendable (LogLevel, [UInt8]) -> Void
    ) {
        self.level = level
        self.form = form
        self.output = output
        self.clock = clock
        state = Mutex(limiter)
    }

    /// A sink on standard error.
    ///
    /// - Parameters:
    ///   - level: least level that is written.
    ///   - format: `auto` is text on a terminal and for journald, JSON lines elsewhere.
    package static func standardError(level: LogLevel, format: LogFormat) -> LogSink {
        let form: Form =
            switch format {
            case .json: .json
            case .text: isJournal ? .journal : .text
            case .auto: isJournal ? .journal : isatty(STDERR_FILENO) == 1 ? .text : .json
            }
        return LogSink(level: level, form: form) { _, bytes in
            bytes.withUnsafeBytes { buffer in
                var rest = buffer[...]
                while !rest.isEmpty {
                    let count = Glibc.write(
                        STDERR_FILENO,
                        UnsafeRawBufferPointer(rebasing: rest).baseAddress,
                        rest.count
                    )
                    // A log that cannot be written must not stop the work.
                    if count < 0 && errno != EINTR { return }
                    rest = rest.dropFirst(max(0, count))
                }
            }
        }
    }

    /// A sink that hands on each line as text, `warning run: message  field=value`, without time or line break.
    ///
    /// - Parameter take: called one at a time, from the thread that logs.
    package static func lines(level: LogLevel, _ take: @escaping @Sendable (LogLevel, String) -> Void) -> LogSink {
        LogSink(level: level, form: .timeless) { level, bytes in
            take(level, String(decoding: bytes.dropLast(), as: UTF8.self))
        }
    }

    /// A sink that writes nothing.
    package static let none = LogSink(level: .error, form: .text, output: { _, _ in })

    func write(_ line: LogLine) {
        let now = clock()
        state.withLock { limiter in
            guard case .write(let suppressed) = limiter.decide(line.message, at: now.milliseconds) else { return }
            var bytes: [UInt8] = []
            bytes.reserveCapacity(256)
            switch form {
            case .json: line.appendJSON(time: now, suppressed: suppressed, to: &bytes)
            case .text: line.appendText(time: now, priority: false, suppressed: suppressed, to: &bytes)
            case .journal: line.appendText(time: nil, priority: true, suppressed: suppressed, to: &bytes)
            case .timeless: line.appendText(time: nil, priority: false, suppressed: suppressed, to: &bytes)
            }
            output(line.level, bytes)
        }
    }

    /// Whether standard error is the journal: `JOURNAL_STREAM` names its device and inode (systemd.exec(5)).
    private static var isJournal: Bool {
        guard let named = getenv("JOURNAL_STREAM") else { return false }
        var status = stat()
        return fstat(STDERR_FILENO, &status) == 0 && String(cString: named) == "\(status.st_dev):\(status.st_ino)"
    }
}
