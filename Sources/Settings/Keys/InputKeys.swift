/// `input`.
package struct InputKeys: ConfigurationSection {
    /// Path in the file.
    package static let path = "input"
    /// What the group is for.
    package static let documentation = "What is read. `trifid run` needs topics or a pattern."

    /// Topics by name.
    package let topics = ConfigurationKey<[String]>(
        "input.topics",
        default: [],
        allowed: "a list of Kafka topics",
        check: SettingChecks.topics,
        "Topics by name. Either this or the pattern."
    )
    /// Topics by pattern.
    package let pattern = ConfigurationKey<String?>(
        "input.pattern",
        default: nil,
        allowed: "a POSIX extended regular expression that begins with ^",
        check: SettingChecks.pattern,
        "Topics by regular expression, as ^ztf_[0-9]{8}_programid1$. New topics that match are picked up."
    )
    /// Where a new group starts.
    package let from = ConfigurationKey<InputStart>(
        "input.from",
        default: .earliest,
        "Where a new group starts. A group that has read before goes on where it stopped."
    )
    /// Framing of the messages.
    package let framing = ConfigurationKey<InputFraming>(
        "input.framing",
        default: .auto,
        """
        How messages are framed: container (an Avro object container, ZTF), confluent (a schema id, LSST), single-object \
        (Avro's C3 01 and the fingerprint of a schema in registry.schemas) or auto, which tells them apart by their first \
        bytes. A message that is framed otherwise is a dead letter.
        """
    )
    /// Whether unreadable messages are kept from the public.
    package let nonPublic = ConfigurationKey<Bool>(
        "input.nonPublic",
        default: false,
        """
        Whether the topics may hold data that are not public (ZTF programid 2 and 3). Such alerts go to PREFIX.private in any \
        case, and so do alerts whose programid cannot be read; with true, so does every message of which nothing can be read.
        """
    )
}
