import Archive
import AstroM3
import Avro
import Broker
import Kafka
import Postgres
import Service
import Simulator
import Survey
import Tensor

extension ExitStatus {
    /// The status that an error ends the process with.
    init(for error: any Error) {
        self =
            switch error {
            case let failure as CommandFailure: failure.status
            case is UsageError, is SimulationError: .usage
            case is ConfigurationError, is StreamError, is HTTPServerError, is InstallationError: .refused
            case is ModelError, is SafeTensors.FormatError: .refused
            case let error as KafkaError: error.exitStatus
            case let error as PostgresError: error.exitStatus
            case let error as ArchiveError: error.exitStatus
            case let error as AvroError: error.exitStatus
            case let error as PacketError: error.isTransient ? .unreachable : .incomplete
            default: .incomplete
            }
    }
}

extension KafkaError {
    fileprivate var exitStatus: ExitStatus {
        if isUnreachable { return .unreachable }
        switch code {
        case .invalidArgument, .unsupportedFeature, .unsupportedVersion: return .refused
        case .unknownTopic, .unknownTopicOrPartition: return .refused
        case .topicForbidden, .groupForbidden, .transactionalIDForbidden: return .refused
        default: return isFenced ? .refused : .incomplete
        }
    }
}

extension PostgresError {
    fileprivate var exitStatus: ExitStatus {
        switch kind {
        case .cannotConnect, .connectionLost, .cluster, .timeout: .unreachable
        // Insufficient privilege: the configured user is the wrong one.
        case .server: isConnectionLost ? .unreachable : sqlState == "42501" ? .refused : .incomplete
        case .unexpectedAnswer: .incomplete
        }
    }
}

extension ArchiveError {
    fileprivate var exitStatus: ExitStatus {
        switch self {
        case .q3cMissing, .unknownMigration, .changedMigration, .foreignDatabase, .workerTaken: .refused
        case .incompleteBatch, .notToBeAnnotated, .batchNotOpen, .contended, .unusableRow: .incomplete
        }
    }
}

extension AvroError {
    fileprivate var exitStatus: ExitStatus {
        switch kind {
        case .registryUnreachable: .unreachable
        case .schema, .missingField, .typeMismatch, .unknownSchemaId: .refused
        case .truncated, .corrupt, .notAvro, .tooLarge, .tooDeep, .unsupportedCodec, .value, .file: .incomplete
        }
    }
}
