import CRdkafka
import Foundation

extension KafkaHandle {
    /// A topic just made may take this long to be known everywhere.
    static let unknownTopicPatience = Duration.seconds(2)

    /// The number of a topic's partitions, once it has leaders.
    func partitionCount(of topic: String, _ pointer: OpaquePointer, within limit: Duration) throws -> Int32 {
        let clock = ContinuousClock()
        let start = clock.now
        while true {
            let remaining = max(.milliseconds(1), limit - (clock.now - start))
            let (count, code) = try withMetadata(of: pointer, during: "look up a topic", subject: topic, remaining) {
                metadata in
                guard metadata.topic_cnt == 1 else { return (Int32(0), RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC) }
                return (metadata.topics[0].partition_cnt, metadata.topics[0].err)
            }
            switch code {
            case RD_KAFKA_RESP_ERR_NO_ERROR where count > 0: return count
            case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
                guard clock.now - start < min(Self.unknownTopicPatience, limit) else {
                    throw KafkaError(code, during: "look up a topic", subject: topic)
                }
            case RD_KAFKA_RESP_ERR_NO_ERROR, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
                guard clock.now - start < limit else {
                    throw KafkaError(
                        RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
                        during: "look up a topic",
                        subject: topic
                    )
                }
            default: throw KafkaError(code, during: "look up a topic", subject: topic)
            }
            Thread.sleep(forTimeInterval: 0.1)
        }
    }

    /// Asks for the metadata of one topic, or of all where `topic` is nil. What `body` gets is valid inside it only.
    func withMetadata<Answer>(
        of topic: OpaquePointer?,
        during operation: String,
        subject: String? = nil,
        _ limit: Duration,
        _ body: (rd_kafka_metadata) throws -> Answer
    ) throws -> Answer {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        let code = rd_kafka_metadata(client, topic == nil ? 1 : 0, topic, &metadata, limit.milliseconds)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata else {
            _ = rd_kafka_poll(client, 0)
            throw context.error(code, during: operation, subject: subject)
        }
        defer { rd_kafka_metadata_destroy(metadata) }
        return try body(metadata.pointee)
    }
}
