/// A librdkafka property that Trifid sets differently from librdkafka, or on purpose the same.
package struct KafkaDefault: Sendable {
    /// librdkafka's name of the property.
    package var name: String
    /// Our value.
    package var value: String
    /// Why.
    package var reason: String

    fileprivate init(_ name: String, _ value: String, _ reason: String) {
        self.name = name
        self.value = value
        self.reason = reason
    }
}

extension KafkaDefault {
    /// For every client.
    package static let common: [KafkaDefault] = [
        .init("client.id", "trifid", "names us in the brokers' logs and quotas"),
        .init(
            "socket.nagle.disable",
            "true",
            "small requests (commits, heartbeats) must not wait for an earlier answer"
        ),
        .init("socket.keepalive.enable", "true", "finds a peer that has vanished behind a firewall"),
        .init("reconnect.backoff.max.ms", "2000", "a Kafka that comes back is used again within seconds, not 10"),
        .init("log.connection.close", "false", "brokers close idle connections; that is no news"),
        .init("allow.auto.create.topics", "false", "a mistyped topic is an error, not an empty stream"),
        .init("message.max.bytes", "16777216", "topics may take more than librdkafka's 1 MB; theirs is the limit"),
    ]

    /// For consumers.
    package static let consumer: [KafkaDefault] = [
        .init("enable.auto.commit", "false", "offsets are committed with the outputs, never by a timer"),
        .init("enable.auto.offset.store", "false", "what was polled is not yet what was processed"),
        .init("isolation.level", "read_committed", "an aborted transaction's messages were never sent"),
        .init("auto.offset.reset", "earliest", "when an offset is gone, nothing that is left is skipped"),
        .init(
            "partition.assignment.strategy",
            "range",
            "eager: all partitions are given back before any is taken; cooperative-sticky loops and loses positions "
                + "before librdkafka 2.6.1"
        ),
        .init(
            "enable.partition.eof",
            "false",
            "an event for each catch-up is noise; a reader that must know the end turns it on"
        ),
        .init(
            "topic.metadata.refresh.interval.ms",
            "30000",
            "a survey's new topic (ZTF opens one a night) is seen soon"
        ),
        .init("fetch.min.bytes", "1", "a single alert is sent at once"),
        .init("fetch.wait.max.ms", "100", "how long a broker holds an empty fetch: bounds the time to pause or stop"),
        .init("fetch.message.max.bytes", "4194304", "30 to 90 alerts of 46 to 140 kB a fetch and partition"),
        .init("fetch.max.bytes", "33554432", "one answer's memory"),
        .init("queued.min.messages", "100000", "prefetch is bounded by bytes, not by number"),
        .init(
            "queued.max.messages.kbytes",
            "131072",
            "memory for prefetched messages; when full, librdkafka before 2.2 pauses fetching for up to 1 s: a reader "
                + "of 3,000 messages of 65 kB a second is slowed to half by 64 MiB, by a tenth by this"
        ),
    ]

    /// For consumers, where the library has the property.
    static let consumerSince2_2: [KafkaDefault] = [
        .init("fetch.queue.backoff.ms", "20", "look again soon after the prefetch queue was full (default 1 s)")
    ]

    /// For producers.
    package static let producer: [KafkaDefault] = [
        .init("enable.idempotence", "true", "a retry neither doubles nor reorders"),
        .init("acks", "all", "acknowledged means on every in-sync replica"),
        .init(
            "max.in.flight.requests.per.connection",
            "1",
            "a broker that does not know a producer yet takes any first sequence number: where the first batch of a "
                + "partition is refused (its leader is not ready, as in a topic just made) and the second taken, the "
                + "first is answered as a duplicate when it comes again, and is lost (seen in 1 of 10 runs, Kafka 4.1)"
        ),
        .init("compression.type", "zstd", "Avro with light curves shrinks two- to threefold at little cost"),
        .init("linger.ms", "5", "a few milliseconds fill a batch; alerts wait longer elsewhere"),
        .init("batch.size", "1000000", "a batch must stay below the topics' max.message.bytes (default 1048588)"),
        .init("queue.buffering.max.kbytes", "131072", "memory for messages to send; when full, produce waits"),
        .init("partitioner", "murmur2_random", "a key goes to the partition that Java clients choose"),
        .init(
            "sticky.partitioning.linger.ms",
            "0",
            "messages without a key are spread one by one: their partitions are read by different workers"
        ),
    ]

    /// For transactional producers.
    package static let transactional: [KafkaDefault] = [
        .init(
            "transaction.timeout.ms",
            "60000",
            "how long a dead worker's open transaction hides later messages from read_committed readers"
        ),
        .init(
            "retry.backoff.ms",
            "20",
            "a coordinator still busy with the transaction before is asked again soon: with the default of 100 a "
                + "transaction with offsets takes 25 to 80 ms, with this 20"
        ),
        .init("delivery.report.only.error", "true", "the commit tells of success; only failures need a report"),
    ]
}
