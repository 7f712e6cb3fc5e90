import CRdkafka

extension KafkaSettings {
    /// Whether the value of a librdkafka property is not to be shown: a password, a key, a token, or what may hold one.
    package static func isSecret(_ name: String) -> Bool {
        let name = name.lowercased()
        // Where to get a token is no secret, and a URL may hold one all the same.
        return [
            "password", "passwd", "passphrase", "secret", "token", "credential", "private", "key.pem", "keytab.base64",
            "jaas", "sasl.oauthbearer.config", "kinit.cmd",
        ].contains(where: name.contains)
    }

    /// Whether librdkafka has a property of that name.
    package static func isKnown(_ name: String) -> Bool {
        guard let configuration = rd_kafka_conf_new() else { return false }
        defer { rd_kafka_conf_destroy(configuration) }
        var text = [CChar](repeating: 0, count: 512)
        return rd_kafka_conf_set(configuration, name, "", &text, text.count) != RD_KAFKA_CONF_UNKNOWN
    }
}
