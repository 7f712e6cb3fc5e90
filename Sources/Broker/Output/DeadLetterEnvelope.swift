import Archive
import Ground
package import Kafka
package import Sky

/// A message that could not become an annotated alert, as it goes out: its original bytes, with headers that say where
/// it stood and why it failed, in the manner of Kafka Connect's but with our prefix.
struct DeadLetterEnvelope {
    /// Bytes of a message that does not fit the dead-letter topic which still go out.
    static let truncatedBytes = 64 << 10

    let key: [UInt8]?
    let value: [UInt8]
    let headers: [KafkaHeader]

    init(
        letter: DeadLetter,
        position: InputPosition,
        key: UnsafeRawBufferPointer?,
        value: UnsafeRawBufferPointer?,
        largestMessage: Int
    ) {
        let original = value ?? UnsafeRawBufferPointer(start: nil, count: 0)
        var headers = [
            KafkaHeader("trifid.code", letter.code),
            KafkaHeader("trifid.reason", String(letter.reason.prefix(4096))),
            KafkaHeader("trifid.topic", position.topic),
            KafkaHeader("trifid.partition", String(position.partition)),
            KafkaHeader("trifid.offset", String(position.offset)),
            KafkaHeader("trifid.timestamp", String(position.timestamp)),
            KafkaHeader("trifid.length", String(original.count)),
        ]
        func fits(_ value: Int, key: Int) -> Bool {
            KafkaSettings.messageSize(key: key, value: value, headers: headers) <= largestMessage
        }
        if fits(original.count, key: key?.count ?? 0) {
            self.key = key.map { Array($0) }
            self.value = Array(original)
        } else {
            headers.append(KafkaHeader("truncated", "true"))
            headers.append(KafkaHeader("trifid.sha256", SHA256.hexadecimal(original)))
            let value = UnsafeRawBufferPointer(rebasing: original.prefix(Self.truncatedBytes))
            // A key of a megabyte is nobody's key; the message goes out without it.
            self.key = key.flatMap { fits(value.count, key: $0.count) ? Array($0) : nil }
            self.value = Array(value)
        }
        self.headers = headers
    }
}

extension InputPosition {
    /// The input position that a dead letter names; nil where the message's headers are not ours.
    package init?(ofDeadLetter message: KafkaMessage) {
        var texts: [String: String] = [:]
        for header in message.headers { texts[header.name] = header.text }
        guard let topic = texts["trifid.topic"], let partition = texts["trifid.partition"].flatMap({ Int32($0) }),
            let offset = texts["trifid.offset"].flatMap({ Int64($0) }),
            let timestamp = texts["trifid.timestamp"].flatMap({ Int64($0) })
        else { return nil }
        self.init(topic: topic, partition: partition, offset: offset, timestamp: timestamp)
    }

    /// The message's topic and partition.
    package var topicPartition: TopicPartition { TopicPartition(topic: topic, partition: partition) }
}
