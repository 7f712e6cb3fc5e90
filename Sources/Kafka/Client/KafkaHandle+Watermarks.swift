import CRdkafka

extension KafkaHandle {
    func watermarks(_ partition: TopicPartition, within limit: Duration) throws -> Range<Int64> {
        let operation = "read watermarks"
        var (low, high) = (Int64(0), Int64(0))
        let code = rd_kafka_query_watermark_offsets(
            client,
            partition.topic,
            partition.partition,
            &low,
            &high,
            limit.milliseconds
        )
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw context.error(code, during: operation, subject: partition.description)
        }
        return low..<max(low, high)
    }
}
