/// Every setting of Trifid, declared once. The order here is the order of `Config/trifid.yaml`.
///
/// To add a setting, add a line to a section; nothing else has to change.
public struct ConfigurationKeys: Sendable {
    /// The one table.
    public static let table = ConfigurationKeys()

    /// Kafka cluster and this worker's place in it.
    public let kafka = KafkaKeys()
    /// What is read.
    public let input = InputKeys()
    /// What is written.
    public let output = OutputKeys()
    /// Database.
    public let postgres = PostgresKeys()
    /// Schema registry.
    public let registry = RegistryKeys()
    /// Folder of the model.
    public let model = ConfigurationKey<String?>(
        "model",
        default: nil,
        allowed: "path of a folder",
        """
        Folder of the model that annotates: model.json, weights.safetensors, reference embeddings. `trifid model new \
        --seed 1 DIR` makes an untrained one. `trifid run` needs it.
        """
    )
    /// What is said of an alert.
    public let annotation = AnnotationKeys()
    /// Size of the unit of work.
    public let batch = BatchKeys()
    /// Threads.
    public let workers = WorkersKeys()
    /// Bounds on time.
    public let limits = LimitsKeys()
    /// HTTP server.
    public let http = HTTPKeys()
    /// Log.
    public let log = LogKeys()
}

/// A group of settings.
public protocol ConfigurationSection: Sendable {
    /// Path in the file, as `kafka`.
    static var path: String { get }
    /// What the group is for: one sentence.
    static var documentation: String { get }
}

/// `kafka`.
public struct KafkaKeys: ConfigurationSection {
    /// Path in the file.
    public static let path = "kafka"
    /// What the group is for.
    public static let documentation =
        "The Kafka cluster that alerts are read from and written to, and this worker's place."

    /// Addresses to begin with.
    public let brokers = ConfigurationKey<[String]>(
        "kafka.brokers",
        default: ["localhost:9092"],
        allowed: "a list of host:port",
        check: SettingChecks.brokers,
        "Brokers to begin with; the rest of the cluster is found from them."
    )
    /// Consumer group.
    public let group = ConfigurationKey<String>(
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
    public let worker = ConfigurationKey<String>(
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
    public let properties = ConfigurationKey<[String: String]>(
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

/// `input`.
public struct InputKeys: ConfigurationSection {
    /// Path in the file.
    public static let path = "input"
    /// What the group is for.
    public static let documentation = "What is read. `trifid run` needs topics or a pattern."

    /// Topics by name.
    public let topics = ConfigurationKey<[String]>(
        "input.topics",
        default: [],
        allowed: "a list of Kafka topics",
        check: SettingChecks.topics,
        "Topics by name. Either this or the pattern."
    )
    /// Topics by pattern.
    public let pattern = ConfigurationKey<String?>(
        "input.pattern",
        default: nil,
        allowed: "a POSIX extended regular expression that begins with ^",
        check: SettingChecks.pattern,
        "Topics by regular expression, as ^ztf_[0-9]{8}_programid1$. New topics that match are picked up."
    )
    /// Where a new group starts.
    public let from = ConfigurationKey<InputStart>(
        "input.from",
        default: .earliest,
        "Where a new group starts. A group that has read before goes on where it stopped."
    )
    /// Framing of the messages.
    public let framing = ConfigurationKey<InputFraming>(
        "input.framing",
        default: .auto,
        """
        How messages are framed: container (an Avro object container, ZTF), confluent (a schema id, LSST), single-object \
        (Avro's C3 01 and the fingerprint of a schema in registry.schemas) or auto, which tells them apart by their first \
        bytes. A message that is framed otherwise is a dead letter.
        """
    )
    /// Whether unreadable messages are kept from the public.
    public let nonPublic = ConfigurationKey<Bool>(
        "input.nonPublic",
        default: false,
        """
        Whether the topics may hold data that are not public (ZTF programid 2 and 3). Such alerts go to PREFIX.private in any \
        case, and so do alerts whose programid cannot be read; with true, so does every message of which nothing can be read.
        """
    )
}

/// `output`.
public struct OutputKeys: ConfigurationSection {
    /// Path in the file.
    public static let path = "output"
    /// What the group is for.
    public static let documentation = "What is written."

    /// First part of the topics' names.
    public let prefix = ConfigurationKey<String>(
        "output.prefix",
        default: "trifid",
        allowed: "1 to 100 of the characters a-z, A-Z, 0-9, '.', '_', '-'",
        check: { SettingChecks.name($0, longest: 100) },
        "First part of the output topics' names: trifid.alerts, trifid.class.*, trifid.anomalies, trifid.deadletters, trifid.private."
    )
    /// Framing of annotated alerts.
    public let framing = ConfigurationKey<OutputFraming>(
        "output.framing",
        default: .container,
        """
        container: every message is an Avro object container, which any Avro library reads. confluent: the schema is \
        in the registry and the message carries its id; needs registry.url.
        """
    )
    /// Whether images go out.
    public let cutouts = ConfigurationKey<Bool>(
        "output.cutouts",
        default: false,
        "Whether annotated alerts carry the packet's cutout images."
    )
    /// How much of the light curve goes out.
    public let lightCurve = ConfigurationKey<OutputLightCurve>(
        "output.lightCurve",
        default: .recent,
        """
        What annotated alerts carry of the packet's own light curve, one point an exposure: recent, the newest 200 points; \
        full, all; none.
        """
    )
    /// Partitions of a topic that is made.
    public let partitions = ConfigurationKey<Int>(
        "output.partitions",
        default: 4,
        in: 1...10_000,
        """
        Partitions of an output topic that Trifid creates; it gets the cluster's default replication. A topic that \
        exists is left as it is.
        """
    )
}

/// `postgres`.
public struct PostgresKeys: ConfigurationSection {
    /// Path in the file.
    public static let path = "postgres"
    /// What the group is for.
    public static let documentation = "The database: PostgreSQL 15 or newer with the q3c extension."

    /// Where the database is.
    public let url = ConfigurationKey<String>(
        "postgres.url",
        default: "postgresql:///trifid",
        allowed: "postgresql://[user[:password]@][host][:port]/database[?parameters], or name=value pairs of libpq",
        check: SettingChecks.postgres,
        mask: SettingChecks.maskPostgres,
        """
        The database, as libpq reads it. A password is better kept in ~/.pgpass or in TRIFID_POSTGRES_URL than here.
        """
    )
}

/// `registry`.
public struct RegistryKeys: ConfigurationSection {
    /// Path in the file.
    public static let path = "registry"
    /// What the group is for.
    public static let documentation = "Schemas of Confluent-framed messages."

    /// Where the registry is.
    public let url = ConfigurationKey<String?>(
        "registry.url",
        default: nil,
        allowed: "a URL as http://host:8081 or https://user:password@host/path",
        check: SettingChecks.registry,
        mask: SettingChecks.maskRegistry,
        "A Confluent schema registry. A user and password may stand in the URL."
    )
    /// Known schemas.
    public let schemas = ConfigurationKey<String?>(
        "registry.schemas",
        default: nil,
        allowed: "path of a folder",
        """
        Folder of known schemas for when there is no registry or it is away. The id of an LSST schema is \
        major * 100 + minor.
        """
    )
}

/// `annotation`.
public struct AnnotationKeys: ConfigurationSection {
    /// Path in the file.
    public static let path = "annotation"
    /// What the group is for.
    public static let documentation = "What is said of an alert."

    /// Where bogus begins.
    public let bogusBelow = BogusBelowKeys()
    /// Which flags of a survey make a detection bogus. The names are the surveys', of which this module knows nothing:
    /// who loads a configuration brings the check of them.
    public let bogusFlags = ConfigurationKey<[String]>(
        "annotation.bogusFlags",
        default: [
            "psfFlux_flag", "isDipole", "pixelFlags_bad", "shape_flag", "forced_PsfFlux_flag", "apFlux_flag",
            "centroid_flag", "pixelFlags_interpolated", "pixelFlags_cr", "forced_PsfFlux_flag_edge",
        ],
        allowed: "a list of names of flags: LSST's of diaSource, ZTF's procstatus55 and so on",
        check: SettingChecks.names,
        """
        Flags of which one is enough to make a detection bogus, whatever its score; each counts for the surveys that have \
        it. By default LSST's ten without which Fink calls an alert one of good quality. A name that no survey has is \
        refused with the list of all.
        """
    )
    /// Where anomalous begins.
    public let anomalyPercentile = ConfigurationKey<Double>(
        "annotation.anomalyPercentile",
        default: 99,
        in: 0...100,
        "Novelty percentile from which on an alert goes to the anomalies topic."
    )
    /// Radius of the join by position.
    public let coneRadius = ConfigurationKey<Double>(
        "annotation.coneRadius",
        default: 1.5,
        in: 0...60,
        "Radius in arcseconds within which spectra and metadata are joined by position; 0 joins by object id alone."
    )
    /// How many neighbours.
    public let neighbours = ConfigurationKey<Int>(
        "annotation.neighbours",
        default: 5,
        in: 0...100,
        "How many of the nearest reference objects an annotated alert names."
    )
    /// Whether embeddings go out.
    public let embedding = ConfigurationKey<Bool>(
        "annotation.embedding",
        default: false,
        "Whether annotated alerts carry the joint embedding."
    )
}

/// `annotation.bogusBelow`.
public struct BogusBelowKeys: ConfigurationSection {
    /// Path in the file.
    public static let path = "annotation.bogusBelow"
    /// What the group is for.
    public static let documentation = """
        An alert whose score is below one of these is flagged bogus and stays out of the class and anomaly topics.
        """

    /// ZTF's older score.
    public let rb = ConfigurationKey<Double>(
        "annotation.bogusBelow.rb",
        default: 0.55,
        in: 0...1,
        "ZTF's rb (random forest); used where the packet has no drb."
    )
    /// ZTF's newer score.
    public let drb = ConfigurationKey<Double>(
        "annotation.bogusBelow.drb",
        default: 0.5,
        in: 0...1,
        "ZTF's drb (neural network)."
    )
    /// LSST's score.
    public let reliability = ConfigurationKey<Double>(
        "annotation.bogusBelow.reliability",
        default: 0.5,
        in: 0...1,
        "LSST's reliability."
    )
}

/// `batch`.
public struct BatchKeys: ConfigurationSection {
    /// Path in the file.
    public static let path = "batch"
    /// What the group is for.
    public static let documentation = "The unit of work: one round trip to the database and one Kafka transaction."

    /// Largest batch.
    public let alerts = ConfigurationKey<Int>(
        "batch.alerts",
        default: 500,
        in: 1...10_000,
        "Most messages in a batch. Larger is faster under load and repeats more after a crash."
    )
    /// Most bytes.
    public let bytes = ConfigurationKey<ByteCount>(
        "batch.bytes",
        default: .mebibytes(64),
        in: ByteCount.mebibytes(1)...ByteCount.mebibytes(4096),
        """
        Bytes of messages from which on a batch takes no more. A few batches are on the way at once, so that this \
        bounds memory.
        """
    )
    /// Longest wait.
    public let wait = ConfigurationKey<TimeSpan>(
        "batch.wait",
        default: TimeSpan(milliseconds: 20),
        in: TimeSpan(milliseconds: 0)...TimeSpan.seconds(60),
        "How long a batch that is not full waits for more messages."
    )
}

/// `workers`.
public struct WorkersKeys: ConfigurationSection {
    /// Path in the file.
    public static let path = "workers"
    /// What the group is for.
    public static let documentation = "Threads of this process."

    /// Threads.
    public let threads = ConfigurationKey<Int>(
        "workers.threads",
        default: 0,
        in: 0...256,
        "Threads that decode and infer; 0 is one for each processor."
    )
}

/// `limits`.
public struct LimitsKeys: ConfigurationSection {
    /// Path in the file.
    public static let path = "limits"
    /// What the group is for.
    public static let documentation = "Bounds on time."

    /// Longest stop.
    public let shutdown = ConfigurationKey<TimeSpan>(
        "limits.shutdown",
        default: .seconds(30),
        in: TimeSpan.seconds(1)...TimeSpan.seconds(3600),
        "How long a stop may take to finish the batches on the way before the process ends regardless."
    )
}

/// `http`.
public struct HTTPKeys: ConfigurationSection {
    /// Path in the file.
    public static let path = "http"
    /// What the group is for.
    public static let documentation = "The HTTP server: /livez, /readyz, /metrics, /status."

    /// Where it listens.
    public let listen = ConfigurationKey<ListenAddress?>(
        "http.listen",
        default: ListenAddress(host: "127.0.0.1", port: 8080),
        allowed: "host:port, [ipv6]:port, :port for every address, or null for no server",
        "Where it listens. Port 0 takes any free one and logs it. It has no access control: keep it off the internet."
    )
}

/// `log`.
public struct LogKeys: ConfigurationSection {
    /// Path in the file.
    public static let path = "log"
    /// What the group is for.
    public static let documentation = "The log on standard error."

    /// Least level.
    public let level = ConfigurationKey<LogLevel>(
        "log.level",
        default: .info,
        "Least level that is written."
    )
    /// Form of the lines.
    public let format = ConfigurationKey<LogFormat>(
        "log.format",
        default: .auto,
        "text, json (one object a line), or auto: text on a terminal and json elsewhere."
    )
}
