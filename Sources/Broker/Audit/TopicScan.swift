import Kafka

/// Reads given ranges of offsets as a subscriber does, committed messages only, and knows when it has seen them all.
struct TopicScan {
    let kafka: KafkaSettings
    /// The group's name as the brokers' access rules see it; it is not joined and nothing is committed.
    let group: String

    /// Calls `body` for each message of the ranges, in the order of each partition.
    func read(_ ranges: [TopicPartition: Range<Int64>], _ body: (KafkaMessage) throws -> Void) throws {
        var open = ranges.filter { !$0.value.isEmpty }
        guard !open.isEmpty else { return }
        var settings = kafka
        // A range may end with transaction markers, which are no messages: only the end of the partition tells.
        settings.properties["enable.partition.eof"] = "true"
        let consumer = try KafkaConsumer(settings, group: group)
        defer { consumer.close(within: .seconds(2)) }
        try consumer.assign(open.mapValues { .offset($0.lowerBound) })
        while !open.isEmpty {
            let batch = try consumer.poll(maximum: 1_000, wait: .seconds(1))
            for message in batch {
                guard let range = open[message.topicPartition] else { continue }
                if message.offset < range.upperBound { try body(message) }
                if message.offset + 1 >= range.upperBound { open[message.topicPartition] = nil }
            }
            for event in batch.events {
                switch event {
                case .partitionEnd(let partition, let offset):
                    if let range = open[partition], offset >= range.upperBound { open[partition] = nil }
                case .partitionError(_, let error): throw error
                case .clientError(let error): if error.isFatal { throw error }
                }
            }
        }
    }
}
