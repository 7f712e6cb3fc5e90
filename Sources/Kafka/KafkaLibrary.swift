import CRdkafka

/// The librdkafka that this process runs with. Its ABI is stable, so a binary built with Debian 12's 2.0.2 may run
/// with a newer one; what is decided by version is therefore decided at run time.
package enum KafkaLibrary {
    /// The version as librdkafka writes it, such as `2.0.2`.
    package static var version: String { String(cString: rd_kafka_version_str()) }

    /// What an operator should know about this version, or nil when it is recent enough.
    package static var warning: String? {
        guard isOlder(than: 2, 6, 1) else { return nil }
        return """
            librdkafka \(version) is older than 2.6.1: SASL/SCRAM is refused, cooperative-sticky rebalancing is not \
            safe, and a lost partition can delay the end of a consumer. Debian 13 has 2.8; a newer librdkafka.so.1 \
            in LD_LIBRARY_PATH is enough, no new build is needed.
            """
    }

    /// Whether the library is older than `major.minor.revision`.
    static func isOlder(than major: Int32, _ minor: Int32, _ revision: Int32) -> Bool {
        // The version is 0xMMmmrrxx; the last byte tells pre-releases apart.
        rd_kafka_version() >> 8 < major << 16 | minor << 8 | revision
    }
}
