package import Service

/// `batch`.
package struct BatchKeys: ConfigurationSection {
    /// Path in the file.
    package static let path = "batch"
    /// What the group is for.
    package static let documentation = "The unit of work: one round trip to the database and one Kafka transaction."

    /// Largest batch.
    package let alerts = ConfigurationKey<Int>(
        "batch.alerts",
        default: 500,
        in: 1...10_000,
        "Most messages in a batch. Larger is faster under load and repeats more after a crash."
    )
    /// Most bytes.
    package let bytes = ConfigurationKey<ByteCount>(
        "batch.bytes",
        default: .mebibytes(64),
        in: ByteCount.mebibytes(1)...ByteCount.mebibytes(4096),
        """
        Bytes of messages from which on a batch takes no more. A few batches are on the way at once, so that this \
        bounds memory.
        """
    )
    /// Longest wait.
    package let wait = ConfigurationKey<TimeSpan>(
        "batch.wait",
        default: TimeSpan(milliseconds: 20),
        in: TimeSpan(milliseconds: 0)...TimeSpan.seconds(60),
        "How long a batch that is not full waits for more messages."
    )
}

/// `workers`.
package struct WorkersKeys: ConfigurationSection {
    /// Path in the file.
    package static let path = "workers"
    /// What the group is for.
    package static let documentation = "Threads of this process."

    /// Threads.
    package let threads = ConfigurationKey<Int>(
        "workers.threads",
        default: 0,
        in: 0...256,
        "Threads that decode and infer; 0 is one for each processor."
    )
}

/// `http`.
package struct HTTPKeys: ConfigurationSection {
    /// Path in the file.
    package static let path = "http"
    /// What the group is for.
    package static let documentation = "The HTTP server: /livez, /readyz, /metrics, /status."

    /// Where it listens.
    package let listen = ConfigurationKey<ListenAddress?>(
        "http.listen",
        default: ListenAddress(host: "127.0.0.1", port: 8080),
        allowed: "host:port, [ipv6]:port, :port for every address, or null for no server",
        "Where it listens. Port 0 takes any free one and logs it. It has no access control: keep it off the internet."
    )
}

/// `log`.
package struct LogKeys: ConfigurationSection {
    /// Path in the file.
    package static let path = "log"
    /// What the group is for.
    package static let documentation = "The log on standard error."

    /// Least level.
    package let level = ConfigurationKey<LogLevel>(
        "log.level",
        default: .info,
        "Least level that is written."
    )
    /// Form of the lines.
    package let format = ConfigurationKey<LogFormat>(
        "log.format",
        default: .auto,
        "text, json (one object a line), or auto: text on a terminal and json elsewhere."
    )
}
