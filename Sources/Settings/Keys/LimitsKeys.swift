/// `limits`.
package struct LimitsKeys: ConfigurationSection {
    /// Path in the file.
    package static let path = "limits"
    /// What the group is for.
    package static let documentation = "Bounds on time. No wait of the stream is without one."

    /// Longest stop.
    package let shutdown = ConfigurationKey<TimeSpan>(
        "limits.shutdown",
        default: .seconds(30),
        in: TimeSpan.seconds(1)...TimeSpan.seconds(3600),
        "How long a stop may take to finish the batches on the way before the process ends regardless."
    )
    /// Longest call to the database.
    package let database = ConfigurationKey<TimeSpan>(
        "limits.database",
        default: .seconds(90),
        in: TimeSpan.seconds(1)...TimeSpan.seconds(3600),
        """
        The longest that the database may take for one request, locks included, before it is cancelled and the stream \
        starts again. It holds instead of the role's statement_timeout. Migrations, audits and loading may take longer.
        """
    )
    /// Longest wait for a lock.
    package let lock = ConfigurationKey<TimeSpan>(
        "limits.lock",
        default: .seconds(60),
        in: TimeSpan(milliseconds: 100)...TimeSpan.seconds(3600),
        """
        How long a request waits for a lock that another session holds: another worker's batch, a backup while a month \
        begins. A batch waits for the one before it, which a stalled Kafka holds up.
        """
    )
    /// Longest rest within a transaction.
    package let idleTransaction = ConfigurationKey<TimeSpan>(
        "limits.idleTransaction",
        default: .seconds(120),
        in: TimeSpan.seconds(1)...TimeSpan.seconds(3600),
        """
        How long a batch's transaction may stand idle before the server ends it, so that a worker that was suspended \
        holds no locks for ever.
        """
    )
    /// Longest request to Kafka.
    package let kafka = ConfigurationKey<TimeSpan>(
        "limits.kafka",
        default: .seconds(30),
        in: TimeSpan.seconds(1)...TimeSpan.seconds(600),
        "How long a request to Kafka for topics or offsets may take."
    )
    /// Longest call of a Kafka transaction.
    package let transaction = ConfigurationKey<TimeSpan>(
        "limits.transaction",
        default: .seconds(60),
        in: TimeSpan.seconds(1)...TimeSpan.seconds(900),
        """
        How long one call of a Kafka transaction may take, with its repetitions, and how long a dead worker's open \
        transaction hides what comes after it (transaction.timeout.ms, where kafka.properties does not set it).
        """
    )
    /// Longest stall without a pause.
    package let stall = ConfigurationKey<TimeSpan>(
        "limits.stall",
        default: .seconds(30),
        in: TimeSpan.seconds(1)...TimeSpan.seconds(3600),
        "How long a batch waits for the one before it until the input is paused and polled on for the group's sake."
    )
    /// Longest wait for the worker's name.
    package let claim = ConfigurationKey<TimeSpan>(
        "limits.claim",
        default: .seconds(30),
        in: TimeSpan(milliseconds: 0)...TimeSpan.seconds(3600),
        "How long a worker waits for another process of its name to end before it gives up."
    )
    /// Longest time with work and without a commit.
    package let stuck = ConfigurationKey<TimeSpan>(
        "limits.stuck",
        default: .seconds(60),
        in: TimeSpan.seconds(1)...TimeSpan.seconds(86_400),
        "After how long with work and without a commit /readyz says that the stream is stuck."
    )
    /// Longest silence of a thread.
    package let heartbeat = ConfigurationKey<TimeSpan>(
        "limits.heartbeat",
        default: .seconds(180),
        in: TimeSpan.seconds(10)...TimeSpan.seconds(3600),
        """
        After how long without a sign of life of the polling thread or a stage /livez names it and systemd's watchdog is \
        not fed. More than any single call may take.
        """
    )
}
