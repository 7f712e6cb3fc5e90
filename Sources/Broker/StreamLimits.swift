package import Archive

/// How long the stream waits, and for what: spans of a clock that only goes forward. The setting `limits` tells why.
package struct StreamLimits: Hashable, Sendable {
    /// For an answer of the database, for its locks, and for a batch within its transaction.
    package var database = SessionLimits()
    /// For an answer of Kafka about topics or offsets.
    package var kafka = Duration.seconds(30)
    /// For one call of a Kafka transaction, and Kafka for a transaction that a dead worker has left open.
    package var transaction = Duration.seconds(60)
    /// For the batch before, until the input is paused.
    package var stall = Duration.seconds(30)
    /// For batches on the way to be published at a stop, and at a rebalance half a minute of it at the most.
    package var drain = Duration.seconds(30)
    /// For another holder of this worker's name to end.
    package var claim = Duration.seconds(30)
    /// For a commit while there is work, until the stream counts as stuck.
    package var stuck = Duration.seconds(60)
    /// For a sign of life of a thread that runs.
    package var heartbeat = Duration.seconds(180)

    /// The defaults of `Config/trifid.yaml`.
    package init() {}
}
