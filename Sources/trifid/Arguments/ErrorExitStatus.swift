import Archive
import AstroM3
import Avro
import Broker
import Kafka
import Postgres
import Service
import Settings
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
        switch code {
        case .invalidArgument, .unsupportedFeature, .unsupportedVersion: .refused
        case .unknownTopic, .unknownTopicOrPartition, .invalidTopic, .messageTooLarge: .refused
        case .topicForbidden, .groupForbidden, .transactionalIDForbidden: .refused
        default: isFenced ? .refused : .unreachable
        }
    }
}

extension PostgresError {
    fileprivate var exitStatus: ExitStatus {
        // A connection string that libpq would not take, or too little privilege: the configured user is the wrong one.
        isRefusedURL || (kind == .server && sqlState == "42501") ? .refused : .unreachable
    }
}

extension ArchiveError {
    fileprivate var exitStatus: ExitStatus {
        switch self {
        case .noSession, .formerSession, .dispossessed: .unreachable
        case .q3cMissing, .q3cOutOfReach, .encoding, .unknownMigration, .changedMigration, .foreignDatabase,
            .workerTaken, .owedUnreadable:
            .refused
        case .incompleteBatch, .notToBeAnnotated, .notStored, .unusableRow: .incomplete
        }
    }
}

extension AvroError {
    fileprivate var exitStatus: ExitStatus {
        switch kind {
        case .registryUnreachable: .unreachable
        case .schema, .schemaTooLarge, .schemaTooDeep, .missingField, .typeMismatch, .unknownSchemaId: .refused
        case .truncated, .corrupt, .noRecord, .notAvro, .tooLarge, .tooDeep, .unsupportedCodec, .value, .file:
            .incomplete
        }
    }
}
