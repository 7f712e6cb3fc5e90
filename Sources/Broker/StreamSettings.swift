public import Sky
public import Survey

/// What an operator sets for the stream; `trifid run` fills it from its configuration file.
public struct StreamSettings: Sendable {
    /// Where a new consumer group starts.
    public enum Start: Hashable, Sendable {
        /// The oldest message that the topic holds.
        case earliest
        /// Only what comes after the first assignment.
        case latest
        /// The first message at or after this time, in milliseconds since 1970-01-01 UTC.
        case time(Int64)
    }

    /// Kafka bootstrap servers.
    public var brokers: String
    /// Consumer group.
    public var group: String
    /// Name of this worker in its group; two workers of a group need two names.
    public var worker: String
    /// librdkafka properties for every client.
    public var kafkaProperties: [String: String]
    /// Input topics by name.
    public var inputTopics: [String]
    /// Input topics by regular expression, nil for none.
    public var inputPattern: String?
    /// The one framing of input messages that is taken, another makes a dead letter; nil takes both.
    public var framing: PacketDecoder.Framing?
    /// Where a new group starts.
    public var start: Start
    /// URL of the database.
    public var postgresURL: String
    /// Where alerts go.
    public var routing: Routing
    /// Partitions of the output topics that the broker makes.
    public var outputPartitions = 4
    /// Whether annotated alerts carry their cutouts.
    public var cutouts: Bool
    /// Alerts in a batch at the most.
    public var batchAlerts: Int
    /// Bytes of packets in a batch after which it takes no more.
    public var batchBytes = 64 << 20
    /// How long a batch waits to fill after its first message, in milliseconds.
    public var batchWait: Int
    /// Threads that infer, and as many that decode.
    public var threads: Int
    /// What the answer holds and when a detection counts as bogus.
    public var annotation: AnnotationSettings
    /// Radius in arcseconds within which a spectrum or a metadata row is the object's.
    public var coneRadius: Double
    /// Whether the Kafka is the embedded one, which forgets offsets that are committed in a transaction.
    public var embeddedKafka: Bool
    /// Seconds for which input may stall before its partitions are paused.
    public var stallSeconds: Double = 30
    /// Seconds that batches on the way have to be published at a stop or a rebalance.
    public var drainSeconds: Double = 30
    /// How long a start may wait for another holder of this worker's name, in seconds.
    public var claimWait: Int

    /// Settings with the defaults of `Config/trifid.yaml` for all that is not given.
    public init(
        brokers: String,
        group: String = "trifid",
        worker: String = "worker-1",
        kafkaProperties: [String: String] = [:],
        inputTopics: [String],
        inputPattern: String? = nil,
        start: Start = .earliest,
        postgresURL: String,
        routing: Routing = Routing(topics: OutputTopics(prefix: "trifid"), anomalyPercentile: 99),
        cutouts: Bool = false,
        batchAlerts: Int = 500,
        batchWait: Int = 20,
        threads: Int = 2,
        annotation: AnnotationSettings = AnnotationSettings(),
        coneRadius: Double = 1.5,
        embeddedKafka: Bool = false,
        claimWait: Int = 30
    ) {
        self.brokers = brokers
        self.group = group
        self.worker = worker
        self.kafkaProperties = kafkaProperties
        self.inputTopics = inputTopics
        self.inputPattern = inputPattern
        self.start = start
        self.postgresURL = postgresURL
        self.routing = routing
        self.cutouts = cutouts
        self.batchAlerts = batchAlerts
        self.batchWait = batchWait
        self.threads = threads
        self.annotation = annotation
        self.coneRadius = coneRadius
        self.embeddedKafka = embeddedKafka
        self.claimWait = claimWait
    }
}
