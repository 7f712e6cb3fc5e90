/// `output`.
package struct OutputKeys: ConfigurationSection {
    /// Path in the file.
    package static let path = "output"
    /// What the group is for.
    package static let documentation = "What is written."

    /// First part of the topics' names.
    package let prefix = ConfigurationKey<String>(
        "output.prefix",
        default: "trifid",
        allowed: "1 to 100 of the characters a-z, A-Z, 0-9, '.', '_', '-'",
        check: { SettingChecks.name($0, longest: 100) },
        "First part of the output topics' names: trifid.alerts, trifid.class.*, trifid.anomalies, trifid.deadletters, trifid.private."
    )
    /// Framing of annotated alerts.
    package let framing = ConfigurationKey<OutputFraming>(
        "output.framing",
        default: .container,
        """
        container: every message is an Avro object container, which any Avro library reads. confluent: the schema is \
        in the registry and the message carries its id; needs registry.url.
        """
    )
    /// Whether images go out.
    package let cutouts = ConfigurationKey<Bool>(
        "output.cutouts",
        default: false,
        "Whether annotated alerts carry the packet's cutout images."
    )
    /// How much of the light curve goes out.
    package let lightCurve = ConfigurationKey<OutputLightCurve>(
        "output.lightCurve",
        default: .recent,
        """
        What annotated alerts carry of the packet's own light curve, one point an exposure: recent, the newest 200 points; \
        full, all; none.
        """
    )
    /// Partitions of a topic that is made.
    package let partitions = ConfigurationKey<Int>(
        "output.partitions",
        default: 4,
        in: 1...10_000,
        """
        Partitions of an output topic that Trifid creates; it gets the cluster's default replication. A topic that \
        exists is left as it is.
        """
    )
}
