package import Archive
import Sky
package import Survey

/// What an operator sets for the stream; `trifid run` fills it from its configuration file.
package struct StreamSettings: Sendable {
    /// Where a new consumer group starts.
    package enum Start: Hashable, Sendable {
        /// The oldest message that the topic holds.
        case earliest
        /// Only what comes after the first assignment.
        case latest
        /// The first message at or after this time, in milliseconds since 1970-01-01 UTC.
        case time(Int64)
    }

    /// Kafka bootstrap servers.
    package var brokers: String
    /// Consumer group.
    package var group: String
    /// Name of this worker in its group; two workers of a group need two names.
    package var worker: String
    /// librdkafka properties for every client.
    package var kafkaProperties: [String: String]
    /// Input topics by name.
    package var inputTopics: [String]
    /// Input topics by regular expression, nil for none.
    package var inputPattern: String?
    /// The one framing of input messages that is taken, another makes a dead letter; nil takes both.
    package var framing: PacketDecoder.Framing?
    /// Where a new group starts.
    package var start: Start
    /// URL of the database.
    package var postgresURL: String
    /// Where alerts go.
    package var routing: Routing
    /// Partitions of the output topics that the broker makes.
    package var outputPartitions = 4
    /// Whether annotated alerts carry their cutouts.
    package var cutouts: Bool
    /// How much of the packet's light curve they carry.
    package var lightCurve = DatumFraming.LightCurveExtent.recent
    /// Whether input topics may hold data that are not public, whatever they are called (see `Restriction`).
    package var mayBeRestricted = false
    /// Alerts in a batch at the most.
    package var batchAlerts: Int
    /// Bytes of packets in a batch after which it takes no more.
    package var batchBytes = 64 << 20
    /// How long a batch waits to fill after its first message, in milliseconds.
    package var batchWait: Int
    /// Threads that infer, and as many that decode.
    package var threads: Int
    /// What the answer holds and when a detection counts as bogus.
    package var annotation: AnnotationSettings
    /// Radius in arcseconds within which a spectrum or a metadata row is the object's.
    package var coneRadius: Double
    /// Whether the Kafka is the embedded one, which forgets offsets that are committed in a transaction.
    package var embeddedKafka: Bool
    /// How long the stream waits, and for what.
    package var limits = StreamLimits()

    /// What annotated alerts carry of their packets.
    var appended: AppendedContents { AppendedContents(cutouts: cutouts, lightCurve: lightCurve) }

    /// Settings with the defaults of `Config/trifid.yaml` for all that is not given.
    package init(
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
        embeddedKafka: Bool = false
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
    }
}
