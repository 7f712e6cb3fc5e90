import CRdkafka
import Foundation

extension KafkaHandle {
    /// Asks again, until the time is up, where the leader has just changed or the topic has just been made.
    func watermarks(_ partition: TopicPartition, within limit: Duration) throws -> Range<Int64> {
        let operation = "read watermarks"
        let passing = [RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE]
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        while true {
            var (low, high) = (Int64(0), Int64(0))
            let code = rd_kafka_query_watermark_offsets(
                client,
                partition.topic,
                partition.partition,
                &low,
                &high,
                max(.milliseconds(1), deadline - clock.now).milliseconds
            )
            if code == RD_KAFKA_RESP_ERR_NO_ERROR { return low..<max(low, high) }
            guard passing.contains(code), clock.now < deadline else {
                throw error(code, during: operation, partition)
            }
            Thread.sleep(forTimeInterval: 0.1)
        }
    }

    /// librdkafka 2.0 calls a leader whose host has no address, or that refuses the connection, a bad message format.
    private func error(
        _ code: rd_kafka_resp_err_t,
        during operation: String,
        _ partition: TopicPartition
    ) -> KafkaError {
        if rd_kafka_type(client) == RD_KAFKA_PRODUCER { rd_kafka_poll(client, 100) }  // hands over why
        let isUnclear = code == RD_KAFKA_RESP_ERR__BAD_MSG && context.latestError?.isUnreachable == true
        return context.error(
            isUnclear ? RD_KAFKA_RESP_ERR__TRANSPORT : code,
            during: operation,
            subject: partition.description
        )
    }
}
