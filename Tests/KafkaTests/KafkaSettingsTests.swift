import Synchronization
import Testing

@testable import Kafka

@Suite struct KafkaSettingsTests {
    /// Nothing listens there.
    let settings = KafkaSettings(brokers: "127.0.0.1:1")

    @Test func theDefaultsAreAcceptedByLibrdkafka() throws {
        try settings.validate()
    }

    @Test func everyDefaultHasAReason() {
        let all = KafkaDefault.common + KafkaDefault.consumer + KafkaDefault.producer + KafkaDefault.transactional
        #expect(all.allSatisfy { !$0.name.isEmpty && !$0.value.isEmpty && !$0.reason.isEmpty })
        #expect(Set(all.map(\.name)).count == all.count)
    }

    @Test(arguments: [
        ("no.such.property", "1", "No such configuration property"),
        ("socket.timeout.ms", "soon", "Invalid value"),
        ("queue.buffering.max.kbytes", "-5", "outside allowed range"),
        ("security.protocol", "carrier-pigeon", "Invalid value"),
    ])
    func aBadPropertyIsNamedWithLibrdkafkasReason(name: String, value: String, reason: String) throws {
        let error = try kafkaError { try KafkaSettings(brokers: "x:1", properties: [name: value]).validate() }
        #expect(error.subject == name && error.reason.contains(reason) && error.description.contains(name))
        #expect(error.code == .invalidArgument && !error.isUnreachable)
    }

    @Test func propertiesThatDoNotFitTogetherAreRefused() throws {
        let error = try kafkaError {
            try KafkaSettings(brokers: "x:1", properties: ["max.poll.interval.ms": "1000"]).validate()
        }
        #expect(error.reason.contains("max.poll.interval.ms"))
    }

    @Test(arguments: [
        "enable.auto.commit", "enable.idempotence", "acks", "isolation.level", "group.id", "transactional.id",
        "bootstrap.servers",
    ])
    func whatThePromiseRestsOnCannotBeChanged(name: String) throws {
        let error = try kafkaError { try KafkaSettings(brokers: "x:1", properties: [name: "true"]).validate() }
        #expect(error.subject == name && error.reason.contains("cannot be changed"))
    }

    @Test(arguments: ["cooperative-sticky", "range,cooperative-sticky", "roundrobin, sticky", "", "range,"])
    func onlyEagerAssignorsAreAllowed(value: String) throws {
        let name = "partition.assignment.strategy"
        let error = try kafkaError { try KafkaSettings(brokers: "x:1", properties: [name: value]).validate() }
        #expect(error.subject == name && error.code == .invalidArgument)
        #expect(error.reason.contains("only the eager assignors range and roundrobin"))
    }

    @Test(arguments: ["max.in.flight.requests.per.connection", "max.in.flight"], ["0", "2", "5", "1000000"])
    func noMoreThanOneRequestIsUnderWay(name: String, value: String) throws {
        let error = try kafkaError { try KafkaSettings(brokers: "x:1", properties: [name: value]).validate() }
        #expect(error.subject == name && error.code == .invalidArgument && error.reason.contains("must be 1"))
        try KafkaSettings(brokers: "x:1", properties: [name: "1"]).validate()
    }

    @Test(arguments: ["range", "roundrobin", "range,roundrobin", "roundrobin, range"])
    func eagerAssignorsMayBeChosen(value: String) throws {
        try KafkaSettings(brokers: "x:1", properties: ["partition.assignment.strategy": value]).validate()
    }

    @Test(arguments: ["", " , "]) func noBrokersIsAnError(brokers: String) throws {
        #expect(try kafkaError { try KafkaSettings(brokers: brokers).validate() }.subject == "brokers")
    }

    @Test func userPropertiesOverrideTheDefaultsAndReachEveryClient() throws {
        let settings = KafkaSettings(brokers: "x:1", properties: ["client.id": "mine", "linger.ms": "50"])
        for client in [
            try settings.consumer(group: "g", instance: "w"), try settings.producer(), try settings.admin(),
            try settings.transactionalProducer(id: "t"),
        ] {
            #expect(client.pairs.last { $0.name == "client.id" }?.value == "mine")
            #expect(client.pairs.last { $0.name == "linger.ms" }?.value == "50")
        }
    }

    @Test func scramIsRefusedWhereTheLibraryComputesItWrongly() throws {
        let settings = KafkaSettings(brokers: "x:1", properties: ["sasl.mechanism": "SCRAM-SHA-512"])
        if KafkaLibrary.isOlder(than: 2, 6, 1) {
            let error = try kafkaError { try settings.validate() }
            #expect(error.code == .unsupportedFeature && error.reason.contains("2.6.1"))
            #expect(KafkaLibrary.warning?.contains("SCRAM") == true)
        } else {
            #expect(KafkaLibrary.warning == nil)
            _ = try settings.producer()
        }
    }

    @Test func theVersionIsThatOfTheLibraryInUse() {
        #expect(KafkaLibrary.version.split(separator: ".").count >= 3)
        #expect(!KafkaLibrary.isOlder(than: 1, 0, 0) && KafkaLibrary.isOlder(than: 100, 0, 0))
    }

    @Test func logLinesReachTheClosureWithoutNoiseAboutSharedProperties() throws {
        let lines = Mutex([String]())
        let settings = KafkaSettings(brokers: "127.0.0.1:1", properties: ["fetch.min.bytes": "2"])
        do {
            let admin = try KafkaAdmin(settings, log: { line in lines.withLock { $0.append(line.message) } })
            _ = try? admin.clusterID(within: .milliseconds(500))
        }
        lines.withLock {
            #expect($0.contains { $0.contains("127.0.0.1:1") })
            #expect(!$0.contains { $0.contains("will be ignored") })
        }
    }

    @Test func anUnreachableBrokerIsSaidInBoundedTime() throws {
        let admin = try KafkaAdmin(settings)
        let limit = Duration.milliseconds(600)
        for call in [
            { _ = try admin.clusterID(within: limit) },
            { _ = try admin.topics(within: limit) },
            { _ = try admin.partitions(of: "x", within: limit) },
            { _ = try admin.watermarks(TopicPartition(topic: "x", partition: 0), within: limit) },
            { _ = try admin.createTopics([NewTopic("x", partitions: 1)], within: limit) },
            { _ = try admin.messageLimit(ofTopic: "x", within: limit) },
            { _ = try admin.committedOffsets(group: "g", [TopicPartition(topic: "x", partition: 0)], within: limit) },
            { _ = try admin.offsets(forTimes: [TopicPartition(topic: "x", partition: 0): 0], within: limit) },
        ] {
            let clock = ContinuousClock()
            let start = clock.now
            let error = try kafkaError(call)
            // The bound is generous: it tells seconds from the minutes of librdkafka's defaults.
            #expect(clock.now - start < .seconds(20))
            #expect(error.isUnreachable, "\(error)")
            #expect(error.description.contains("Check that Kafka runs"), "\(error)")
        }
    }

    @Test func anUnreachableBrokerFailsTheTransactionalProducerWithoutEndingIt() throws {
        let producer = try TransactionalProducer(settings, id: "x", patience: .milliseconds(500))
        let error = try kafkaError { try producer.initialise() }
        #expect(error.isUnreachable && error.isRetriable && !error.isFatal, "\(error)")
        #expect(!producer.hasEnded)
    }

    @Test func callsOutOfOrderAreErrors() throws {
        let producer = try TransactionalProducer(settings, id: "x")
        for call in [producer.begin, producer.commit, producer.abort] {
            #expect(try kafkaError(call).code == .wrongState)
        }
        #expect(try kafkaError { try producer.produce("t", value: [1]) }.code == .wrongState)
    }

    @Test func aMalformedPatternIsAnError() throws {
        #expect(try kafkaError { _ = try TopicPattern("^(") }.subject == "^(")
        let consumer = try KafkaConsumer(settings, group: "g")
        #expect(throws: KafkaError.self) { try consumer.subscribe([""]) }
        #expect(throws: KafkaError.self) { try consumer.subscribe(["^("]) }
        #expect(try TopicPattern("^ztf_[0-9]{8}_programid1$").matches("ztf_20260101_programid1"))
        #expect(try !TopicPattern("^ztf_[0-9]{8}_programid1$").matches("ztf_2026_programid1"))
    }

    @Test func aConsumerWithoutKafkaPollsAndClosesInBoundedTime() throws {
        let consumer = try KafkaConsumer(settings, group: "g")
        try consumer.subscribe(["x"])
        var events: [ConsumerEvent] = []
        let deadline = ContinuousClock().now + .seconds(20)
        while events.isEmpty && ContinuousClock().now < deadline {
            events = try consumer.poll(maximum: 10, wait: .milliseconds(100)).events
        }
        guard case .clientError(let error)? = events.first else {
            Issue.record("no event tells that the broker is away")
            return
        }
        #expect(error.isUnreachable)
        #expect(consumer.close(within: .seconds(10)))
    }
}
