import CRdkafka

/// A topic to be made.
package struct NewTopic: Sendable, Hashable {
    /// The name.
    package var name: String
    /// The number of partitions.
    package var partitions: Int
    /// Copies of each partition; nil for the cluster's default.
    package var replication: Int?
    /// Kafka's topic settings, such as `max.message.bytes` or `retention.ms`.
    package var settings: [String: String]

    /// A topic.
    package init(_ name: String, partitions: Int, replication: Int? = nil, settings: [String: String] = [:]) {
        self.name = name
        self.partitions = partitions
        self.replication = replication
        self.settings = settings
    }
}

/// A topic as the cluster has it.
package struct TopicDescription: Sendable, Hashable {
    /// The name.
    package var name: String
    /// The number of partitions.
    package var partitionCount: Int
}

extension KafkaAdmin {
    /// The topics, Kafka's own (`__consumer_offsets`) left out, ordered by name.
    ///
    /// - Parameter pattern: an extended regular expression, as in a subscription, that the names must match.
    package func topics(matching pattern: String? = nil, within limit: Duration = defaultLimit) throws
        -> [TopicDescription]
    {
        let expression = try pattern.map(TopicPattern.init)
        let topics = try handle.withMetadata(of: nil, during: "list topics", limit) { metadata in
            UnsafeBufferPointer(start: metadata.topics, count: Int(metadata.topic_cnt)).map {
                TopicDescription(name: String(cString: $0.topic), partitionCount: Int($0.partition_cnt))
            }
        }
        return topics.filter { !$0.name.hasPrefix("__") && expression?.matches($0.name) ?? true }
            .sorted { $0.name < $1.name }
    }

    /// The partitions of a topic.
    ///
    /// - Throws: `KafkaError` with `isUnknownTopic` where there is no such topic.
    package func partitions(of topic: String, within limit: Duration = defaultLimit) throws -> [TopicPartition] {
        guard let pointer = rd_kafka_topic_new(handle.client, topic, nil) else {
            throw KafkaError(rd_kafka_last_error(), during: "look up a topic", subject: topic)
        }
        defer { rd_kafka_topic_destroy(pointer) }
        let count = try handle.partitionCount(of: topic, pointer, within: limit)
        return (0..<count).map { TopicPartition(topic: topic, partition: $0) }
    }

    /// Makes topics; those that are there already are left as they are.
    ///
    /// - Returns: the names of those that were made.
    @discardableResult
    package func createTopics(_ topics: [NewTopic], within limit: Duration = defaultLimit) throws -> [String] {
        guard !topics.isEmpty else { return [] }
        let operation = "create topics"
        var requests: [OpaquePointer?] = []
        defer { requests.forEach { rd_kafka_NewTopic_destroy($0) } }
        for topic in topics { requests.append(try request(topic, operation)) }
        let answer = try ask(RD_KAFKA_ADMIN_OP_CREATETOPICS, operation, within: limit) { options, queue in
            setOperationTimeout(options, limit)
            rd_kafka_CreateTopics(handle.client, &requests, requests.count, options, queue)
        }
        var count = 0
        let results = rd_kafka_event_CreateTopics_result(answer.pointer).flatMap {
            rd_kafka_CreateTopics_result_topics($0, &count)
        }
        return try succeeded(results, count, operation, fine: .topicExists)
    }

    /// Deletes topics; that one is not there is fine.
    ///
    /// - Returns: the names of those that were deleted.
    @discardableResult
    package func deleteTopics(_ names: [String], within limit: Duration = defaultLimit) throws -> [String] {
        guard !names.isEmpty else { return [] }
        let operation = "delete topics"
        var requests = names.map { rd_kafka_DeleteTopic_new($0) }
        defer { requests.forEach { rd_kafka_DeleteTopic_destroy($0) } }
        let answer = try ask(RD_KAFKA_ADMIN_OP_DELETETOPICS, operation, within: limit) { options, queue in
            setOperationTimeout(options, limit)
            rd_kafka_DeleteTopics(handle.client, &requests, requests.count, options, queue)
        }
        var count = 0
        let results = rd_kafka_event_DeleteTopics_result(answer.pointer).flatMap {
            rd_kafka_DeleteTopics_result_topics($0, &count)
        }
        return try succeeded(results, count, operation, fine: .unknownTopicOrPartition)
    }

    private func request(_ topic: NewTopic, _ operation: String) throws -> OpaquePointer {
        var text = [CChar](repeating: 0, count: 256)
        guard
            let request = rd_kafka_NewTopic_new(
                topic.name,
                Int32(clamping: topic.partitions),
                Int32(clamping: topic.replication ?? -1),
                &text,
                text.count
            )
        else {
            throw KafkaError(.invalidArgument, KafkaHandle.string(text), during: operation, subject: topic.name)
        }
        for (name, value) in topic.settings.sorted(by: { $0.key < $1.key }) {
            let code = rd_kafka_NewTopic_set_config(request, name, value)
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
                rd_kafka_NewTopic_destroy(request)
                throw KafkaError(code, during: operation, subject: "\(topic.name): \(name)")
            }
        }
        return request
    }

    private func setOperationTimeout(_ options: OpaquePointer, _ limit: Duration) {
        var text = [CChar](repeating: 0, count: 256)
        rd_kafka_AdminOptions_set_operation_timeout(options, limit.milliseconds, &text, text.count)
    }

    private func succeeded(
        _ results: UnsafeMutablePointer<OpaquePointer?>?,
        _ count: Int,
        _ operation: String,
        fine: KafkaError.Code
    ) throws -> [String] {
        var names: [String] = []
        for result in UnsafeBufferPointer(start: results, count: count) {
            let code = rd_kafka_topic_result_error(result)
            let name = String(cString: rd_kafka_topic_result_name(result))
            if code == RD_KAFKA_RESP_ERR_NO_ERROR {
                names.append(name)
            } else if KafkaError.Code(code) != fine {
                let reason = rd_kafka_topic_result_error_string(result).map { String(cString: $0) }
                throw KafkaError(code, reason, during: operation, subject: name)
            }
        }
        return names
    }
}
