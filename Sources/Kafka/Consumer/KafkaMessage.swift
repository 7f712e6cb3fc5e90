import CRdkafka

/// One message of a batch, which it keeps alive.
package struct KafkaMessage {
    private let pointer: UnsafeMutablePointer<rd_kafka_message_t>
    /// The topic.
    package let topic: String
    private let batch: MessageBatch

    init(pointer: UnsafeMutablePointer<rd_kafka_message_t>, topic: String, batch: MessageBatch) {
        self.pointer = pointer
        self.topic = topic
        self.batch = batch
    }

    /// The partition's number.
    package var partition: Int32 { pointer.pointee.partition }

    /// The offset in the partition.
    package var offset: Int64 { pointer.pointee.offset }

    /// Topic and partition.
    package var topicPartition: TopicPartition { TopicPartition(topic: topic, partition: partition) }

    /// The value's bytes, valid while the batch lives; nil for a tombstone.
    package var value: UnsafeRawBufferPointer? {
        pointer.pointee.payload.map { UnsafeRawBufferPointer(start: $0, count: pointer.pointee.len) }
    }

    /// The key's bytes, valid while the batch lives; nil where there is none.
    package var key: UnsafeRawBufferPointer? {
        pointer.pointee.key.map { UnsafeRawBufferPointer(start: $0, count: pointer.pointee.key_len) }
    }

    /// Milliseconds since 1970-01-01 UTC, or -1 where the message has none.
    package var timestamp: Int64 { rd_kafka_message_timestamp(pointer, nil) }

    /// The headers, copied, in order.
    package var headers: [KafkaHeader] {
        guard let list = headerList else { return [] }
        var headers: [KafkaHeader] = []
        var (name, value, size) = (UnsafePointer<CChar>?.none, UnsafeRawPointer?.none, 0)
        while rd_kafka_header_get_all(list, headers.count, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR,
            let given = name
        {
            let bytes = value.map { Array(UnsafeRawBufferPointer(start: $0, count: size)) }
            headers.append(KafkaHeader(String(cString: given), bytes))
        }
        return headers
    }

    /// The last header of this name: its bytes, valid while the batch lives. Nil where there is none or it is null.
    package func header(_ name: String) -> UnsafeRawBufferPointer? {
        guard let list = headerList else { return nil }
        var (value, size) = (UnsafeRawPointer?.none, 0)
        guard rd_kafka_header_get_last(list, name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        return value.map { UnsafeRawBufferPointer(start: $0, count: size) }
    }

    private var headerList: OpaquePointer? {
        var list: OpaquePointer?
        guard rd_kafka_message_headers(pointer, &list) == RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        return list
    }
}
