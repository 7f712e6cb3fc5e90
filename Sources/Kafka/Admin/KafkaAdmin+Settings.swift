import CRdkafka
import Foundation

extension KafkaAdmin {
    /// A topic's settings, the defaults included: `max.message.bytes`, `retention.ms`, `cleanup.policy`, ...
    package func settings(ofTopic topic: String, within limit: Duration = defaultLimit) throws -> [String: String] {
        let clock = ContinuousClock()
        let start = clock.now
        while true {
            do {
                return try settings(RD_KAFKA_RESOURCE_TOPIC, topic, "read a topic's settings", limit)
            } catch let error as KafkaError where error.code == .unknownTopicOrPartition {
                guard clock.now - start < min(KafkaHandle.unknownTopicPatience, limit) else { throw error }
                Thread.sleep(forTimeInterval: 0.05)
            }
        }
    }

    /// A broker's settings.
    package func settings(ofBroker id: Int32, within limit: Duration = defaultLimit) throws -> [String: String] {
        try settings(RD_KAFKA_RESOURCE_BROKER, String(id), "read a broker's settings", limit)
    }

    /// The ids of the brokers, in order.
    package func brokers(within limit: Duration = defaultLimit) throws -> [Int32] {
        try handle.withMetadata(of: nil, during: "list brokers", limit) { metadata in
            UnsafeBufferPointer(start: metadata.brokers, count: Int(metadata.broker_cnt)).map(\.id).sorted()
        }
    }

    /// The largest batch, and so the largest message, that a topic takes: compressed, with its framing.
    package func messageLimit(ofTopic topic: String, within limit: Duration = defaultLimit) throws -> Int {
        let name = "max.message.bytes"
        guard let value = try settings(ofTopic: topic, within: limit)[name], let bytes = Int(value) else {
            throw KafkaError(.invalidArgument, "\(name) is missing", during: "read a topic's settings", subject: topic)
        }
        return bytes
    }

    private func settings(
        _ type: rd_kafka_ResourceType_t,
        _ name: String,
        _ operation: String,
        _ limit: Duration
    ) throws -> [String: String] {
        var request = rd_kafka_ConfigResource_new(type, name)
        defer { rd_kafka_ConfigResource_destroy(request) }
        let answer = try ask(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, operation, subject: name, within: limit) {
            options,
            queue in
            rd_kafka_DescribeConfigs(handle.client, &request, 1, options, queue)
        }
        var count = 0
        guard let result = rd_kafka_event_DescribeConfigs_result(answer.pointer),
            let resources = rd_kafka_DescribeConfigs_result_resources(result, &count), count == 1,
            let resource = resources[0]
        else { return [:] }
        let code = rd_kafka_ConfigResource_error(resource)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            let reason = rd_kafka_ConfigResource_error_string(resource).map { String(cString: $0) }
            throw KafkaError(code, reason, during: operation, subject: name)
        }
        var settings: [String: String] = [:]
        guard let entries = rd_kafka_ConfigResource_configs(resource, &count) else { return settings }
        for entry in UnsafeBufferPointer(start: entries, count: count) {
            guard let name = rd_kafka_ConfigEntry_name(entry), let value = rd_kafka_ConfigEntry_value(entry) else {
                continue
            }
            settings[String(cString: name)] = String(cString: value)
        }
        return settings
    }
}
