import Kafka

/// Reads given ranges of offsets as a subscriber does, committed messages only, and knows when it has seen them all.
struct TopicScan {
    let kafka: KafkaSettings
    /// The group's name as the brokers' access rules see it; it is not joined and nothing is committed.
    let group: String
    /// How long nothing may come of what is still to be read.
    var patience = Duration.seconds(60)

    /// Calls `body` for each message of the ranges, in the order of each partition.
    ///
    /// - Throws: `KafkaError`, where a partition cannot be read (any more), or nothing has come for `patience`.
    func read(_ ranges: [TopicPartition: Range<Int64>], _ body: (KafkaMessage) throws -> Void) throws {
        let clock = ContinuousClock()
        var progress = ScanProgress(ranges)
        guard !progress.isDone else { return }
        var settings = kafka
        // A range may end with transaction markers, which are no messages: only the end of the partition tells.
        settings.properties["enable.partition.eof"] = "true"
        let consumer = try KafkaConsumer(settings, group: group)
        defer { consumer.close(within: .seconds(2)) }
        try consumer.assign(progress.open.mapValues { .offset($0.lowerBound) })
        var lastProgress = clock.now
        while !progress.isDone {
            let batch = try consumer.poll(maximum: 1_000, wait: min(patience, .seconds(1)))
            for message in batch where progress.isWanted(message.topicPartition, offset: message.offset) {
                try body(message)
            }
            for event in batch.events { try progress.take(event) }
            // Counted from when the work on it was done: only the wait for Kafka counts.
            if progress.hasMoved() { lastProgress = clock.now }
            if clock.now - lastProgress >= patience { throw progress.stalled(after: patience) }
        }
    }
}

/// What is still to be read of some ranges of offsets; a value without Kafka.
struct ScanProgress {
    /// The ranges that have not been read to their end.
    private(set) var open: [TopicPartition: Range<Int64>]
    /// Where open partitions were found to end.
    private var ends: [TopicPartition: Int64] = [:]
    /// What the connection's trouble was.
    private var trouble: KafkaError?
    private var moved = false

    init(_ ranges: [TopicPartition: Range<Int64>]) {
        open = ranges.filter { !$0.value.isEmpty }
    }

    var isDone: Bool { open.isEmpty }

    /// Whether a message that was read belongs to a range. Closes the range at its last offset.
    mutating func isWanted(_ partition: TopicPartition, offset: Int64) -> Bool {
        guard let range = open[partition] else { return false }
        trouble = nil
        moved = true
        if offset + 1 >= range.upperBound { close(partition) }
        return offset < range.upperBound
    }

    /// - Throws: the error of a partition that cannot be read, such as one that was deleted, and a fatal one.
    mutating func take(_ event: ConsumerEvent) throws {
        switch event {
        case .partitionEnd(let partition, let offset):
            guard let range = open[partition] else { return }
            ends[partition] = offset
            if offset >= range.upperBound { close(partition) }
        case .partitionError(let partition, let error):
            let isOfTopic = partition.partition < 0 && open.keys.contains { $0.topic == partition.topic }
            if isOfTopic || open[partition] != nil { throw error }
        case .clientError(let error):
            if error.isFatal { throw error }
            trouble = error
        }
    }

    /// Whether a wanted message has come or a range was closed since the last call. What comes of ranges that are read
    /// does not count: a running stream never ends.
    mutating func hasMoved() -> Bool {
        defer { moved = false }
        return moved
    }

    /// The error when nothing comes any more: it names a partition that is waited for, and what is known of it.
    func stalled(after patience: Duration) -> KafkaError {
        let waiting = open.keys.sorted()
        let others = waiting.count > 1 ? ", and \(waiting.count - 1) more partitions wait" : ""
        guard let partition = waiting.first, let range = open[partition] else {
            return KafkaError(.timedOut, during: "read to the end")
        }
        let state =
            if let end = ends[partition] {
                "the partition ends at offset \(end), before \(range.upperBound): was the topic made anew?"
            } else {
                trouble.map { "the last trouble was: \($0.reason)" } ?? "the brokers send none of its messages"
            }
        return KafkaError(
            .timedOut,
            "nothing came for \(patience.components.seconds) s while offsets up to \(range.upperBound) are to be read"
                + "\(others); \(state)",
            during: "read to the end",
            subject: partition.description
        )
    }

    private mutating func close(_ partition: TopicPartition) {
        open[partition] = nil
        moved = true
    }
}
