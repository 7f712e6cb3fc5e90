internal import Glibc
import Ground
internal import Synchronization

/// Where log lines go: one write a line, so that lines of several threads never mix.
public final class LogSink: Sendable {
    /// How a line looks.
    enum Form: Sendable {
        case json
        case text
        /// Text for journald, which keeps the time itself and reads the priority.
        case journal
    }

    /// Least level that is written.
    public let level: LogLevel
    private let form: Form
    private let output: @Sendable ([UInt8]) -> Void
    private let clock: @Sendable () -> UTCTime
    private let state: Mutex<RepetitionLimiter>

    init(
        level: LogLevel,
        form: Form,
        limiter: RepetitionLimiter = RepetitionLimiter(burst: 10, windowMilliseconds: 10_000),
        clock: @escaping @Sendable () -> UTCTime = { UTCTime.now },
        output: @escaping @Sendable ([UInt8]) -> Void
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
    public static func standardError(level: LogLevel, format: LogFormat) -> LogSink {
        let form: Form =
            switch format {
            case .json: .json
            case .text: isJournal ? .journal : .text
            case .auto: isJournal ? .journal : isatty(STDERR_FILENO) == 1 ? .text : .json
            }
        return LogSink(level: level, form: form) { bytes in
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

    /// A sink that writes nothing.
    public static let none = LogSink(level: .error, form: .text, output: { _ in })

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
            }
            output(bytes)
        }
    }

    /// Whether standard error is the journal: `JOURNAL_STREAM` names its device and inode (systemd.exec(5)).
    private static var isJournal: Bool {
        guard let named = getenv("JOURNAL_STREAM") else { return false }
        var status = stat()
        return fstat(STDERR_FILENO, &status) == 0 && String(cString: named) == "\(status.st_dev):\(status.st_ino)"
    }
}
