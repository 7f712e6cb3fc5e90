import CRdkafka

/// A Kafka for trials and tests: librdkafka's mock cluster, listening on 127.0.0.1 for any client.
///
/// It is not Kafka. It keeps 5 MiB a partition and silently drops what is older; it shows aborted messages to
/// `read_committed` readers and does not fence producers; it acknowledges the offsets of a transaction and forgets
/// them, so that they must be committed once more with ``KafkaConsumer/commit(_:)``; it has no administration, TLS or
/// SASL. Groups need ``KafkaSettings/embeddedProperties``.
package final class EmbeddedKafka: @unchecked Sendable {
    // Unchecked: librdkafka's mock cluster takes its own lock in each of its functions.
    private let cluster: OpaquePointer
    private let handle: KafkaHandle

    /// The brokers' addresses, for ``KafkaSettings/brokers``.
    package let brokers: String

    /// Starts the cluster inside this process.
    ///
    /// - Parameters:
    ///   - topics: topics to make, with their number of partitions.
    ///   - brokerCount: the number of brokers.
    ///   - log: takes librdkafka's log.
    package init(topics: [String: Int] = [:], brokerCount: Int = 1, log: @escaping KafkaLog = { _ in }) throws {
        var properties = ClientProperties()
        properties.add("client.id", "trifid-embedded")
        handle = try KafkaHandle(RD_KAFKA_PRODUCER, properties, context: ClientContext(log: log))
        guard let cluster = rd_kafka_mock_cluster_new(handle.client, Int32(clamping: brokerCount)),
            let addresses = rd_kafka_mock_cluster_bootstraps(cluster)
        else {
            throw KafkaError(.init(rd_kafka_last_error()), "no port to listen on", during: "start an embedded Kafka")
        }
        self.cluster = cluster
        brokers = String(cString: addresses)
        for (name, partitions) in topics { try createTopic(name, partitions: partitions) }
    }

    deinit { rd_kafka_mock_cluster_destroy(cluster) }

    /// Makes a topic. (Clients that ask for a topic that is not there get one with 4 partitions.)
    package func createTopic(_ name: String, partitions: Int) throws {
        let code = rd_kafka_mock_topic_create(cluster, name, Int32(clamping: partitions), 1)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw KafkaError(code, during: "create a topic in the embedded Kafka", subject: name)
        }
    }
}

// Faults, for tests.
extension EmbeddedKafka {
    /// A request of the Kafka protocol, by its API key.
    enum Request: Int16 {
        case produce = 0
        case fetch = 1
        case metadata = 3
        case offsetCommit = 8
        case findCoordinator = 10
        case initProducerID = 22
        case addPartitions = 24
        case addOffsets = 25
        case endTransaction = 26
        case transactionalOffsetCommit = 28
    }

    /// Answers the next requests of this kind with these errors, one each; `nil` is success.
    func inject(_ errors: [KafkaError.Code?], into request: Request) {
        let codes = errors.map { rd_kafka_resp_err_t($0?.rawValue ?? 0) }
        rd_kafka_mock_push_request_errors_array(cluster, request.rawValue, codes.count, codes)
    }

    /// Takes a broker off the network, or brings it back.
    func setBroker(_ id: Int32 = 1, isDown: Bool) {
        _ = isDown ? rd_kafka_mock_broker_set_down(cluster, id) : rd_kafka_mock_broker_set_up(cluster, id)
    }

    /// Delays every answer of a broker.
    func setRoundTrip(_ delay: Duration, ofBroker id: Int32 = 1) {
        rd_kafka_mock_broker_set_rtt(cluster, id, delay.milliseconds)
    }
}
