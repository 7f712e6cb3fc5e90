import Archive
import AstroM3
import Avro
import Broker
import Kafka
import Postgres
import Service
import Simulator
import Survey

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

extension ExitStatus {
    /// The status that an error ends the process with.
    init(for error: any Error) {
        switch error {
        case is UsageError: self = .usage
        case is ConfigurationError: self = .refused
        case let failure as CommandFailure: self = failure.status
        case is ModelError, is StreamError, is InstallationError, is ArchiveError, is SimulationError: self = .refused
        case let error as AvroError: self = error.kind == .registryUnreachable ? .unreachable : .refused
        case let error as PacketError: self = error.isTransient ? .unreachable : .incomplete
        case is KafkaError, is PostgresError, is HTTPServerError: self = .unreachable
        default: self = .incomplete
        }
    }
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
