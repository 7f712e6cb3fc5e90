/// `kafka`.
package struct KafkaKeys: ConfigurationSection {
    /// Path in the file.
    package static let path = "kafka"
    /// What the group is for.
    package static let documentation =
        "The Kafka cluster that alerts are read from and written to, and this worker's place."

    /// Addresses to begin with.
    package let brokers = ConfigurationKey<[String]>(
        "kafka.brokers",
        default: ["localhost:9092"],
        allowed: "a list of host:port",
        check: SettingChecks.brokers,
        "Brokers to begin with; the rest of the cluster is found from them."
    )
    /// Consumer group.
    package let group = ConfigurationKey<String>(
        "kafka.group",
        default: "trifid",
        allowed: "1 to 200 of the characters a-z, A-Z, 0-9, '.', '_', '-'",
        check: { SettingChecks.name($0, longest: 200) },
        """
        Consumer group. All workers of one broker share it. The database keeps the group of its first start and refuses \
        another.
        """
    )
    /// Name of this worker.
    package let worker = ConfigurationKey<String>(
        "kafka.worker",
        default: "1",
        allowed: "1 to 100 of the characters a-z, A-Z, 0-9, '.', '_', '-'",
        check: { SettingChecks.name($0, longest: 100) },
        """
        Name of this worker in the group: another for each worker, and the same after a restart. It fences a \
        predecessor that still runs.
        """
    )
    /// Settings of librdkafka.
    package let properties = ConfigurationKey<[String: String]>(
        "kafka.properties",
        default: [:],
        allowed: "any setting of librdkafka except those that Trifid sets itself",
        check: SettingChecks.properties,
        mask: SettingChecks.maskProperties,
        """
        Settings of librdkafka for every client (https://docs.confluent.io/platform/current/clients/librdkafka/html/\
        md_CONFIGURATION.html): SASL, TLS, buffers. For example {security.protocol: SASL_SSL, sasl.mechanism: PLAIN, \
        sasl.username: trifid, sasl.password: secret}. In the environment: name=value,name=value; a comma within a value \
        is written \\, and a backslash before a comma or a backslash \\\\.
        """
    )
}
