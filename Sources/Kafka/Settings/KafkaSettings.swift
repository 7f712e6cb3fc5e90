import CRdkafka

/// How to reach Kafka: the brokers, and any librdkafka properties over Trifid's defaults (``KafkaDefault``). The same
/// settings serve every client; librdkafka ignores on a producer what is for consumers, and the reverse.
package struct KafkaSettings: Sendable, Hashable {
    /// `host:port`, comma separated.
    package var brokers: String
    /// librdkafka properties that override the defaults.
    package var properties: [String: String]

    /// Settings.
    package init(brokers: String, properties: [String: String] = [:]) {
        self.brokers = brokers
        self.properties = properties
    }

    /// Properties that the embedded Kafka needs: its groups form and reform by the session timeout, and it forms none
    /// below 6 s.
    package static let embeddedProperties = ["session.timeout.ms": "6000", "heartbeat.interval.ms": "1000"]

    /// Checks every property against librdkafka, for each kind of client, without connecting.
    ///
    /// - Throws: `KafkaError` naming the first bad property.
    package func validate() throws {
        let quiet = ClientContext(log: { _ in })
        _ = try KafkaHandle(RD_KAFKA_PRODUCER, try producer(), context: quiet)
        _ = try KafkaHandle(RD_KAFKA_PRODUCER, try transactionalProducer(id: "validate"), context: quiet)
        _ = try KafkaHandle(RD_KAFKA_CONSUMER, try consumer(group: "validate", instance: nil), context: quiet)
    }
}

/// The properties of one client, in the order in which they are set.
struct ClientProperties {
    var pairs: [(name: String, value: String)] = []

    mutating func add(_ defaults: [KafkaDefault]) { pairs += defaults.map { ($0.name, $0.value) } }
    mutating func add(_ name: String, _ value: String) { pairs.append((name, value)) }
}

extension KafkaSettings {
    func consumer(group: String, instance: String?) throws -> ClientProperties {
        var own = [("group.id", group)]
        if let instance { own.append(("group.instance.id", instance)) }
        let recent = KafkaLibrary.isOlder(than: 2, 2, 0) ? [] : KafkaDefault.consumerSince2_2
        return try client(KafkaDefault.consumer + recent, own: own)
    }

    func producer() throws -> ClientProperties { try client(KafkaDefault.producer, own: []) }

    func transactionalProducer(id: String) throws -> ClientProperties {
        try client(KafkaDefault.producer + KafkaDefault.transactional, own: [("transactional.id", id)])
    }

    func admin(seesUncommitted: Bool = false) throws -> ClientProperties {
        // A producer handle is the cheapest that can ask everything.
        try client([], own: seesUncommitted ? [("isolation.level", "read_uncommitted")] : [])
    }

    private func client(_ defaults: [KafkaDefault], own: [(String, String)]) throws -> ClientProperties {
        guard !brokers.allSatisfy({ $0 == " " || $0 == "," }) else {
            throw KafkaError(
                .invalidArgument,
                "no broker address is given; it looks like localhost:9092",
                during: Self.operation,
                subject: "brokers"
            )
        }
        try refuseReserved()
        try refuseCooperative()
        try refuseMoreInFlight()
        try refuseNoMechanism()
        try refuseSCRAM()
        var client = ClientProperties()
        client.add(KafkaDefault.common)
        client.add(defaults)
        for (name, value) in properties.sorted(by: { $0.key < $1.key }) { client.add(name, value) }
        client.add("bootstrap.servers", brokers)
        for (name, value) in own { client.add(name, value) }
        return client
    }

    static let operation = "configure the Kafka client"

    /// Properties that are not the user's to set, each with what to do instead.
    private static let reserved: [String: String] = [
        "bootstrap.servers": "set the brokers instead",
        "metadata.broker.list": "set the brokers instead",
        "group.id": "set the group instead",
        "group.instance.id": "set the worker's name instead",
        "transactional.id": "set the worker's name instead",
        "enable.auto.commit": "offsets are committed in the transaction that carries the outputs",
        "auto.commit.enable": "offsets are committed in the transaction that carries the outputs",
        "enable.auto.offset.store": "offsets are committed in the transaction that carries the outputs",
        "enable.idempotence": "without it a retry may double or reorder messages",
        "acks": "anything but all may lose acknowledged messages",
        "request.required.acks": "anything but all may lose acknowledged messages",
        "isolation.level": "uncommitted messages may be aborted later",
        "delivery.report.only.error": "the client's own accounts depend on it",
        "opaque": "it belongs to the client",
    ]

    private func refuseReserved() throws {
        for name in properties.keys.sorted() {
            guard let instead = Self.reserved[name] else { continue }
            throw KafkaError(
                .invalidArgument,
                "this property cannot be changed: \(instead)",
                during: Self.operation,
                subject: name
            )
        }
    }

    /// A cooperative assignor gives and takes single partitions while the others go on being read; here a consumer takes
    /// up what it was assigned as a whole.
    private func refuseCooperative() throws {
        let name = "partition.assignment.strategy"
        guard let value = properties[name] else { return }
        let allowed = ["range", "roundrobin"]
        for assignor in value.split(separator: ",", omittingEmptySubsequences: false) {
            let assignor = String(assignor.drop { $0 == " " }.prefix { $0 != " " })
            guard !allowed.contains(assignor) else { continue }
            throw KafkaError(
                .invalidArgument,
                "'\(assignor)' is not allowed: only the eager assignors range and roundrobin are, which give back all "
                    + "partitions before any is taken",
                during: Self.operation,
                subject: name
            )
        }
    }

    /// The promise rests on it (``KafkaDefault``), under either of librdkafka's names.
    private func refuseMoreInFlight() throws {
        for name in ["max.in.flight.requests.per.connection", "max.in.flight"] {
            guard let value = properties[name], value != "1" else { continue }
            throw KafkaError(
                .invalidArgument,
                "must be 1, or left out: with more requests under way than one, messages of a topic just made are lost "
                    + "although Kafka has acknowledged them",
                during: Self.operation,
                subject: name
            )
        }
    }

    /// Without a mechanism librdkafka takes Kerberos, and what it then says speaks of tickets and principals.
    private func refuseNoMechanism() throws {
        let name = "security.protocol"
        guard let value = properties[name], value.lowercased().hasPrefix("sasl"),
            properties["sasl.mechanism"] == nil, properties["sasl.mechanisms"] == nil
        else { return }
        throw KafkaError(
            .invalidArgument,
            "set sasl.mechanism too: PLAIN or SCRAM-SHA-512 with sasl.username and sasl.password, OAUTHBEARER, or GSSAPI "
                + "for Kerberos",
            during: Self.operation,
            subject: name
        )
    }

    private func refuseSCRAM() throws {
        guard KafkaLibrary.isOlder(than: 2, 6, 1) else { return }
        for name in ["sasl.mechanism", "sasl.mechanisms"] {
            guard let value = properties[name], value.uppercased().contains("SCRAM") else { continue }
            throw KafkaError(
                .unsupportedFeature,
                """
                librdkafka \(KafkaLibrary.version) computes SCRAM with a doubled nonce, which Kafka 4 refuses as \
                "invalid credentials": use librdkafka 2.6.1 or newer (a newer librdkafka.so.1 in LD_LIBRARY_PATH is \
                enough), or SASL/PLAIN over TLS, or mutual TLS
                """,
                during: Self.operation,
                subject: "\(name)=\(value)"
            )
        }
    }
}
