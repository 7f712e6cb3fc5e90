import Archive
import Avro
import Ground
import Kafka
import Sky

/// A batch of messages on its way through the stream. One stage at a time holds it, and hands it on.
final class StreamBatch: @unchecked Sendable {
    /// What one message has become so far.
    struct Row {
        /// Where the message stands.
        let position: InputPosition
        /// Which polled batch holds it, and its index there.
        let source: (batch: Int, index: Int)
        /// The alert, or why there is none.
        var content: IncomingRow.Content
        /// What is appended to the annotated alert.
        var appended = AppendedFields()
        /// Whether the message's data are not public.
        var isRestricted = false
    }

    /// A message that is to be published.
    struct Output {
        let topics: [String]
        let key: [UInt8]?
        let value: [UInt8]
        let headers: [KafkaHeader]
    }

    /// The messages, which hold the memory of their packets.
    let messages: [MessageBatch]
    /// The consumer group's generation that the messages were read under.
    let group: ConsumerGroupMetadata
    /// When the last of the messages was taken from Kafka, in microseconds since 1970.
    let received: Int64
    /// For each partition the offset after the last message.
    let nextOffsets: [TopicPartition: Int64]

    var rows: [Row] = []
    var decoded: Int64 = 0
    var joined: Int64 = 0
    /// What the database has decided about the rows.
    var decided: DecidedBatch?
    /// What is to be stored of it.
    var answers = Answers()
    /// The offsets whose commit in Kafka the archive is to be told of.
    var offsets: [CommittedOffsets] = []
    var outputs: [Output] = []
    var counts = Counts()

    /// The model's answers, encoded.
    struct Answers {
        /// By index of the row.
        var annotations: [Int: NewAnnotation] = [:]
        /// Newly computed ones, by the spectrum's id.
        var spectrumEmbeddings: [Int64: [Float]] = [:]
        /// Newly computed ones, by the metadata row's id.
        var metadataEmbeddings: [Int64: [Float]] = [:]
    }

    /// What a batch adds to the statistics once it is committed.
    struct Counts {
        var outcomes = OutcomeCounts()
        var replays: Int64 = 0
        var conflicting: Int64 = 0
        var republished: Int64 = 0
        var decisions: [String: Int64] = [:]
        var deadLetterCodes: [String: Int64] = [:]
        var lightCurvePoints: Int64 = 0
    }

    init(messages: [MessageBatch], group: ConsumerGroupMetadata) {
        self.messages = messages
        self.group = group
        received = WallClock.microseconds
        nextOffsets = messages.reduce(into: [:]) { $0.merge($1.nextOffsets) { max($0, $1) } }
    }

    /// Bytes that are polled at once.
    static let helping = 1 << 20

    /// How often its bytes a compressed container counts: as much as deflate makes of text, and a packet of the longest
    /// history that is read does not take a batch's memory beyond a few times its bytes.
    static let compression = 16

    /// What a message counts of a batch's bytes: its own, of a compressed container as many as it may hold.
    static func weight(of message: KafkaMessage) -> Int {
        weight(ofValue: message.value, keyBytes: message.key?.count ?? 0)
    }

    static func weight(ofValue value: UnsafeRawBufferPointer?, keyBytes: Int) -> Int {
        guard let value else { return keyBytes }
        return value.count * (ContainerHeader.isCompressed(value) ? compression : 1) + keyBytes
    }

    /// The message of a row.
    func message(_ row: Row) -> KafkaMessage {
        messages[row.source.batch][row.source.index]
    }
}
