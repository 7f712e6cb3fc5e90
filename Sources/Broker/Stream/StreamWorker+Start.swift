import Ground
import Archive
import AstroM3
import Foundation
import Kafka
import Service
import Sky
import Survey

extension StreamWorker {
    /// The mock cluster has no settings to ask for; librdkafka's own limit holds.
    private static let embeddedMessageLimit = 1_000_000

    var kafka: KafkaSettings {
        var properties = settings.kafkaProperties
        if settings.embeddedKafka { properties.merge(KafkaSettings.embeddedProperties) { own, _ in own } }
        return KafkaSettings(brokers: settings.brokers, properties: properties)
    }

    /// For the consumer of the input: the end of a partition tells whether what is left of it are only transaction
    /// markers.
    var inputKafka: KafkaSettings {
        var input = kafka
        input.properties["enable.partition.eof"] = "true"
        return input
    }

    /// Static membership: a worker that restarts soon gets its partitions back without a rebalance.
    var instance: String { "\(settings.group)-\(settings.worker)" }

    /// A `/` stands in no name of a group or a worker, so that no two of them make the same id.
    var transactionalId: String { "\(settings.group)/\(settings.worker)" }

    var kafkaLog: KafkaLog {
        { [log] line in
            guard line.level <= .warning else { return }
            log.warning("librdkafka", ["facility": .text(line.facility), "text": .text(line.message)])
        }
    }

    /// The connection that holds the claim on the worker's name and keeps the accounts.
    func openControl() throws {
        let archive = try openArchive()
        archive.onRoundTrip = { [heartbeats] in heartbeats.poll.beat() }
        formerClaim = try archive.claim(
            group: settings.group,
            worker: settings.worker,
            wait: settings.limits.claim,
            former: formerClaim
        )
        control = archive
    }

    /// A session with the database, named for the worker and what it is for.
    private func openArchive(_ use: String = "") throws -> Archive {
        heartbeats.poll.beat()
        return try Archive(
            url: settings.postgresURL,
            applicationName: "trifid \(settings.group)/\(settings.worker)\(use)",
            limits: settings.limits.database
        )
    }

    /// Refuses another cluster or group than the database's first, and inputs that are our own outputs; makes the
    /// output topics that are missing.
    func prepareTopics() throws {
        let admin = try KafkaAdmin(kafka, log: kafkaLog)
        let topics = settings.routing.topics
        let nodes = annotator.model.taxonomy.nodes.map(\.name)
        let limit = settings.limits.kafka
        let known = try admin.topics(within: limit).map(\.name)
        try InputCheck.refuseOwnOutput(settings, known: known + nodes.map(topics.classTopic))
        // Last of the checks: what was refused has not bound the database to a cluster and a group.
        firstStart = try control?.register(clusterId: admin.clusterID(within: limit), group: settings.group) ?? 0
        let outputs = topics.written(nodes: nodes)
        if settings.embeddedKafka {
            limits = MessageLimits(all: Self.embeddedMessageLimit)
            return try requireRoom()
        }
        heartbeats.poll.beat()
        let missing = outputs.filter { !known.contains($0) }
        if !missing.isEmpty {
            let topics = missing.map { NewTopic($0, partitions: settings.outputPartitions) }
            try admin.createTopics(topics, within: limit)
            log.info("made output topics", ["topics": .text(missing.joined(separator: " "))])
        }
        limits = MessageLimits(all: kafka.messageLimit)
        for topic in outputs {
            heartbeats.poll.beat()
            limits.fit(topics.kind(of: topic), limit: try admin.messageLimit(ofTopic: topic, within: limit))
        }
        try requireRoom()
    }

    /// Every topic must take the largest message that goes there when all that may be left out is left out: the database
    /// would have settled what Kafka refuses.
    private func requireRoom() throws {
        let topics = settings.routing.topics
        let letter = DeadLetterEnvelope.truncatedBytes + (16 << 10)
        let alert = OutputBound(annotator).message(framing)
        for (name, limit, least) in [
            ("\(topics.alerts) and the other topics of alerts", limits.alerts, alert),
            (topics.deadLetters, limits.deadLetters, letter),
            (topics.restricted, limits.restricted, max(alert, letter)),
        ] where limit < least {
            throw StreamError.setting(
                name: "max.message.bytes of \(name)",
                value: String(limit),
                allowed: "\(least) or more, here and in kafka.properties (message.max.bytes)"
            )
        }
    }

    /// Seeks every assigned partition to where it must be read from, and tells the archive what Kafka has committed.
    func position(_ consumer: KafkaConsumer) throws {
        guard mustPosition else { return }
        guard let control else { throw Trouble.noDatabase }
        let partitions = consumer.assignment
        // From here on a former holder decides nothing more. Its open transaction with Kafka has been ended by the producer.
        epochs = try control.take(
            partitions.map { InputPartition(topic: $0.topic, number: $0.partition) },
            holder: "trifid \(settings.group)/\(settings.worker)"
        )
        let committed = try consumer.committed(partitions, within: settings.limits.kafka)
        try control.raiseCommitted(
            committed.map { CommittedOffsets(topic: $0.key.topic, partition: $0.key.partition, next: $0.value) }
        )
        var remembered: [TopicPartition: Int64] = [:]
        for start in try control.startPositions() {
            remembered[TopicPartition(topic: start.topic, partition: start.partition)] = start.offset
        }
        var offsets: [TopicPartition: Int64] = [:]
        var fresh: [StartPosition] = []
        for partition in partitions {
            heartbeats.poll.beat()
            let held = try consumer.watermarks(partition, within: settings.limits.kafka)
            let start = ReadingStart.decide(
                committed: committed[partition],
                remembered: remembered[partition],
                held: held,
                fresh: try freshStart(partition, held: held)
            )
            tell(start, of: partition)
            if start.isNew {
                fresh.append(
                    StartPosition(topic: partition.topic, partition: partition.partition, offset: start.offset)
                )
            }
            offsets[partition] = start.offset
        }
        for standing in try control.storeStartPositions(fresh) {
            offsets[TopicPartition(topic: standing.topic, partition: standing.partition)] = standing.offset
        }
        heartbeats.poll.beat()
        try consumer.seek(offsets, within: settings.limits.kafka)
        try consumer.resume(partitions)
        published = offsets
        mustPosition = false
    }

    private func freshStart(_ partition: TopicPartition, held: Range<Int64>) throws -> Int64 {
        switch settings.start {
        case .earliest: return held.lowerBound
        // What was produced since the group's first start is not skipped in a topic that was opened later.
        case .latest: return try offset(at: firstStart, in: partition) ?? held.upperBound
        case .time(let milliseconds): return try offset(at: milliseconds, in: partition) ?? held.upperBound
        }
    }

    private func offset(at milliseconds: Int64, in partition: TopicPartition) throws -> Int64? {
        heartbeats.poll.beat()
        let admin = try KafkaAdmin(kafka, log: kafkaLog)
        return try admin.offsets(forTimes: [partition: milliseconds], within: settings.limits.kafka)[partition]
    }

    private func tell(_ start: ReadingStart, of partition: TopicPartition) {
        switch start.remark {
        case nil: break
        case .recreated:
            log.error(
                "the topic was made anew: it ends before the group's committed offset, and is read from its start",
                ["partition": .text(partition.description), "offset": .int(start.offset)]
            )
        case .beyondRetention(let lost):
            log.error(
                "retention has deleted messages that were not read",
                ["partition": .text(partition.description), "lost": .int(lost), "offset": .int(start.offset)]
            )
        }
    }

    /// Tells a spare worker from one whose input does not exist. A topic that is made brings a new assignment, and with it
    /// the question again.
    func lookForInput() {
        guard mustLookForInput else { return }
        // Where Kafka is away, the next turn asks again.
        guard let exists = try? inputExists() else { return }
        statistics.update { $0.hasInput = exists }
        mustLookForInput = false
    }

    private func inputExists() throws -> Bool {
        let (admin, limit) = (try KafkaAdmin(kafka, log: kafkaLog), min(.seconds(5), settings.limits.kafka))
        let topics = Set(try admin.topics(within: limit).map(\.name))
        if !topics.isDisjoint(with: settings.inputTopics) { return true }
        guard let pattern = settings.inputPattern else { return false }
        return try !admin.topics(matching: pattern, within: limit).isEmpty
    }

    /// A producer that has fenced its predecessor and ended its open transaction: only then do the group's committed
    /// offsets tell what became of it.
    func makeProducer() throws -> TransactionalProducer {
        heartbeats.poll.beat()
        var fitting = kafka.fitting(topicLimits: [limits.smallest])
        let limit = settings.limits.transaction
        let milliseconds = String(Int(limit / .milliseconds(1)))
        fitting.properties.merge(["transaction.timeout.ms": milliseconds]) { own, _ in own }
        let producer = try TransactionalProducer(fitting, id: transactionalId, patience: limit, log: kafkaLog)
        try producer.initialise()
        return producer
    }

    func makePipeline(_ producer: TransactionalProducer, waking consumer: KafkaConsumer) throws -> StreamPipeline {
        try StreamPipeline(
            decode: DecodeStage(
                registry: registry,
                framing: settings.framing,
                annotator: annotator,
                wanted: settings.appended,
                restriction: Restriction(mayHold: settings.mayBeRestricted),
                unreadable: unreadable,
                threads: settings.threads
            ),
            decide: DecideStage(
                epochs: epochs,
                model: annotator.model.checksum,
                coneRadius: settings.coneRadius,
                quality: settings.annotation.quality
            ),
            answer: AnswerStage(
                annotator: annotator,
                routing: settings.routing,
                framing: framing,
                limits: limits,
                statistics: statistics,
                heartbeat: heartbeats.answer
            ),
            store: StoreStage(
                assembly: OutputAssembly(
                    framing: framing,
                    routing: settings.routing,
                    limits: limits,
                    wantsCutouts: settings.appended.cutouts,
                    decoder: ThreadConfined(PacketDecoder(registry: registry, framing: settings.framing))
                ),
                statistics: statistics,
                log: log
            ),
            publish: PublishStage(producer: producer, statistics: statistics, heartbeat: heartbeats.publish),
            deciding: ThreadConfined(openArchive("-decide")),
            storing: ThreadConfined(openArchive("-store")),
            statistics: statistics,
            heartbeats: heartbeats,
            wake: { consumer.wake() }
        )
    }

    /// Tells the archive what Kafka has committed since the last time; in embedded mode Kafka is told first, since it
    /// forgets offsets that come with a transaction.
    func tellCommitted(_ consumer: KafkaConsumer) throws {
        guard let pipeline else { return }
        let published = pipeline.takePublished()
        if settings.embeddedKafka { try consumer.commit(published, within: settings.limits.kafka) }
        self.published.merge(published) { max($0, $1) }
        guard let control else { return }
        try pipeline.tellUnmarked { try control.raiseCommitted($0) }
    }
}
