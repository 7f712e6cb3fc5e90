extension KafkaSettings {
    /// The largest message that the client takes, by ``messageSize(key:value:headers:)``: `message.max.bytes`.
    package var messageLimit: Int { number("message.max.bytes", KafkaDefault.common) }

    /// These settings with `batch.size` lowered to the smallest of the topics' `max.message.bytes`: a topic's limit
    /// holds for a whole batch, and librdkafka does not split one that was refused.
    package func fitting(topicLimits: [Int]) -> KafkaSettings {
        var settings = self
        let size = topicLimits.reduce(number("batch.size", KafkaDefault.producer), min)
        settings.properties["batch.size"] = String(max(1, size))
        return settings
    }

    /// An upper bound of what a message takes in its batch, uncompressed and with the batch's own frame. A message
    /// that by this is no larger than the client's and the topic's limits is refused by neither, however little it
    /// can be compressed: librdkafka sends a batch as it is where compression would not shrink it.
    ///
    /// - Parameters:
    ///   - key: the key's length in bytes, 0 where there is none.
    ///   - value: the value's length in bytes.
    ///   - headers: the headers.
    package static func messageSize(key: Int, value: Int, headers: [KafkaHeader] = []) -> Int {
        // Kafka's message format 2: a batch's head, then for each record its length, attributes, timestamp and offset
        // deltas, and the lengths of key and value and the number of headers, as variable-length integers.
        let (batch, integer, long, attributes) = (61, 5, 10, 1)
        let record = 5 * integer + attributes + long
        return headers.reduce(batch + record + key + value) {
            $0 + 2 * integer + $1.name.utf8.count + ($1.value?.count ?? 0)
        }
    }

    private func number(_ name: String, _ defaults: [KafkaDefault]) -> Int {
        let value = properties[name] ?? defaults.first { $0.name == name }?.value
        return value.flatMap { Int($0) } ?? 0
    }
}
