/// What the process tells its caller.
enum ExitStatus: Int32 {
    /// Done; also a clean stop by SIGTERM or Ctrl-C.
    case done = 0
    /// Done, but some inputs failed or the audit is open.
    case incomplete = 1
    /// The command line does not fit.
    case usage = 2
    /// Configuration, model or schema refused.
    case refused = 3
    /// Kafka, PostgreSQL or the registry is out of reach.
    case unreachable = 4
}

/// A failure that a command has put into words itself.
struct CommandFailure: Error, CustomStringConvertible {
    let status: ExitStatus
    /// What failed, naming the thing.
    let message: String
    /// What to do, on a line of its own.
    var advice: String?

    var description: String { message }

    init(_ status: ExitStatus, _ message: String, advice: String? = nil) {
        self.status = status
        self.message = message
        self.advice = advice
    }
}
