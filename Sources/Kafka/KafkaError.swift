import CRdkafka

/// What went wrong in Kafka or on the way to it, what was being done, and what to do about it.
package struct KafkaError: Error, Sendable, Hashable {
    /// An error code of librdkafka: negative for the client's own, positive for the broker's.
    package struct Code: RawRepresentable, Hashable, Sendable {
        /// The value of `rd_kafka_resp_err_t`.
        package var rawValue: Int32

        /// A code.
        package init(rawValue: Int32) { self.rawValue = rawValue }

        /// librdkafka's name, such as `_TIMED_OUT` or `MSG_SIZE_TOO_LARGE`.
        package var name: String { String(cString: rd_kafka_err2name(rd_kafka_resp_err_t(rawValue))) }

        /// librdkafka's description of the code.
        package var text: String { String(cString: rd_kafka_err2str(rd_kafka_resp_err_t(rawValue))) }
    }

    /// The code.
    package var code: Code
    /// librdkafka's or our text about this case.
    package var reason: String
    /// What was being done: `commit a transaction`, `subscribe`.
    package var operation: String
    /// What it was done to: a topic, a property, a group, a broker.
    package var subject: String?
    /// The client cannot go on: it must be closed and made anew.
    package var isFatal: Bool
    /// The same call may be made again.
    package var isRetriable: Bool
    /// The open transaction must be aborted; the client itself is sound.
    package var requiresAbort: Bool
    /// Whether the transaction was committed is not known: a new producer instance settles it, and the group's
    /// committed offsets then tell.
    package var isOutcomeUnknown: Bool

    /// An error.
    package init(
        _ code: Code,
        _ reason: String? = nil,
        during operation: String,
        subject: String? = nil,
        isFatal: Bool = false,
        isRetriable: Bool = false,
        requiresAbort: Bool = false,
        isOutcomeUnknown: Bool = false
    ) {
        self.code = code
        self.reason = reason ?? code.text
        self.operation = operation
        self.subject = subject
        self.isFatal = isFatal
        self.isRetriable = isRetriable
        self.requiresAbort = requiresAbort
        self.isOutcomeUnknown = isOutcomeUnknown
    }
}

extension KafkaError.Code {
    /// No answer within the time allowed.
    package static let timedOut = Self(RD_KAFKA_RESP_ERR__TIMED_OUT)
    /// A message was not acknowledged within `message.timeout.ms`.
    package static let messageTimedOut = Self(RD_KAFKA_RESP_ERR__MSG_TIMED_OUT)
    /// A connection failed.
    package static let transport = Self(RD_KAFKA_RESP_ERR__TRANSPORT)
    /// No broker can be reached.
    package static let allBrokersDown = Self(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
    /// A broker's host name has no address.
    package static let hostNotFound = Self(RD_KAFKA_RESP_ERR__RESOLVE)
    /// The broker refused the credentials.
    package static let authentication = Self(RD_KAFKA_RESP_ERR__AUTHENTICATION)
    /// The TLS handshake failed.
    package static let tls = Self(RD_KAFKA_RESP_ERR__SSL)
    /// A value that the client does not accept.
    package static let invalidArgument = Self(RD_KAFKA_RESP_ERR__INVALID_ARG)
    /// The call does not fit the client's state.
    package static let wrongState = Self(RD_KAFKA_RESP_ERR__STATE)
    /// The client's queue of messages to send is full.
    package static let queueFull = Self(RD_KAFKA_RESP_ERR__QUEUE_FULL)
    /// The client knows of no such topic.
    package static let unknownTopic = Self(RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC)
    /// The client knows of no such partition.
    package static let unknownPartition = Self(RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION)
    /// The broker has no such topic or partition.
    package static let unknownTopicOrPartition = Self(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
    /// No topic can have that name.
    package static let invalidTopic = Self(RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION)
    /// The topic is there already.
    package static let topicExists = Self(RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
    /// The message is larger than the client, the broker or the topic takes.
    package static let messageTooLarge = Self(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
    /// A newer instance with the same id has taken over.
    package static let fenced = Self(RD_KAFKA_RESP_ERR__FENCED)
    /// As `fenced`, in the broker's words.
    package static let producerFenced = Self(RD_KAFKA_RESP_ERR_PRODUCER_FENCED)
    /// As `fenced`, from brokers before 2.7.
    package static let invalidProducerEpoch = Self(RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH)
    /// Another consumer has joined with the same `group.instance.id`.
    package static let fencedInstance = Self(RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID)
    /// The client has raised a fatal error.
    package static let fatal = Self(RD_KAFKA_RESP_ERR__FATAL)
    /// The consumer was not polled for `max.poll.interval.ms` and has left its group.
    package static let pollIntervalExceeded = Self(RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED)
    /// The group's other members know none of our ways to share partitions out.
    package static let inconsistentGroup = Self(RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL)
    /// Messages that were dropped when their transaction was aborted.
    package static let purged = Self(RD_KAFKA_RESP_ERR__PURGE_QUEUE)
    /// Messages on the wire that were given up when their transaction was aborted.
    package static let purgedInFlight = Self(RD_KAFKA_RESP_ERR__PURGE_INFLIGHT)
    /// The principal may not use the topic.
    package static let topicForbidden = Self(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
    /// The principal may not use the group.
    package static let groupForbidden = Self(RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED)
    /// The principal may not use the transactional id.
    package static let transactionalIDForbidden = Self(RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED)
    /// The broker does not support the request.
    package static let unsupportedVersion = Self(RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION)
    /// Something the library or this build does not support.
    package static let unsupportedFeature = Self(RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE)

    init(_ code: rd_kafka_resp_err_t) { self.init(rawValue: code.rawValue) }
}

extension KafkaError {
    init(_ code: rd_kafka_resp_err_t, _ reason: String? = nil, during operation: String, subject: String? = nil) {
        self.init(Code(code), reason, during: operation, subject: subject)
    }

    /// Takes over an `rd_kafka_error_t *`, which it destroys.
    init(taking error: OpaquePointer, during operation: String, subject: String? = nil) {
        self.init(
            Code(rd_kafka_error_code(error)),
            String(cString: rd_kafka_error_string(error)),
            during: operation,
            subject: subject,
            isFatal: rd_kafka_error_is_fatal(error) != 0,
            isRetriable: rd_kafka_error_is_retriable(error) != 0,
            requiresAbort: rd_kafka_error_txn_requires_abort(error) != 0
        )
        rd_kafka_error_destroy(error)
    }
}
