import Archive
import Avro
import Kafka
import Sky
import Survey

/// A sample of what went out, read by libavro too, and held against what is stored: the datum byte by byte, and what is
/// appended against what the input message gives now.
struct PublishedSample {
    /// Alerts of a sample at the most.
    static let size = 500
    /// One of so many alerts is taken while there are few, ever fewer as there are more.
    private static let firstStride: UInt64 = 16

    /// An alert that went out.
    private struct Published {
        let identity: AlertIdentity
        let datum: [UInt8]
    }

    private var alerts: [InputPosition: Published] = [:]
    private var stride = firstStride
    private let schemas: FramedMessages<AnnotatedAlertSchema>
    /// Alerts that libavro refuses or reads otherwise than our reader; no more than a sample has.
    private(set) var unconfirmed: [AuditReport.Position] = []

    init(registry: (any SchemaRegistry)?) {
        self.init(registry: registry) { try AnnotatedAlertSchema($0) }
    }

    init(registry: (any SchemaRegistry)?, schema: @escaping (AvroSchema) throws -> AnnotatedAlertSchema) {
        schemas = FramedMessages(registry: registry, make: schema)
    }

    /// How many are held.
    var count: Int { alerts.count }

    /// An annotated alert went out.
    mutating func published(_ origin: OutputPositionReader.Origin, _ message: UnsafeRawBufferPointer) throws {
        guard isTaken(origin.position) else { return }
        var datum: [UInt8] = []
        var refusal: String?
        try schemas.forEach(in: message) { bytes, schema in
            let (value, used) = try schema.decode(bytes)
            let own = UnsafeRawBufferPointer(rebasing: bytes[..<used])
            datum = Array(own)
            do { _ = try schema.confirmed(value, of: own) } catch { refusal = "\(error)" }
            return used
        }
        if let refusal, unconfirmed.count < Self.size {
            unconfirmed.append(
                AuditReport.Position(origin.position.topicPartition, offset: origin.position.offset, refusal)
            )
        }
        alerts[origin.position] = Published(identity: origin.identity, datum: datum)
        while alerts.count > Self.size {
            stride *= 2
            alerts = alerts.filter { isTaken($0.key) }
        }
    }

    /// Whether a message of the input is one of those that are held.
    func wants(_ position: InputPosition) -> Bool { alerts[position] != nil }

    /// Of each partition's offsets every `stride`th, from 0 on.
    private func isTaken(_ position: InputPosition) -> Bool {
        UInt64(bitPattern: position.offset) % stride == 0
    }

    /// Compares with what is stored.
    ///
    /// - Parameters:
    ///   - message: the input message at a position, nil where it is gone.
    /// - Returns: what differs.
    func differences(
        _ archive: Archive,
        at position: InputPosition,
        _ message: UnsafeRawBufferPointer,
        _ decoder: PacketDecoder
    ) throws -> String? {
        guard let published = alerts[position] else { return nil }
        let identity = published.identity
        let stored = try archive.annotations(survey: identity.survey, alertId: identity.alertId, publicOnly: false)
            .first { $0.mjd == identity.mjd && $0.revision == 0 }
        guard let stored, let version = AnnotatedAlertVersion(rawValue: stored.framing.schemaVersion) else {
            return "went out, but the archive holds no annotation of it that this program can read"
        }
        let length = stored.datum.count - AppendedFields.emptyCount(in: version)
        guard published.datum.prefix(length) == stored.datum.prefix(length) else {
            return "what went out is not what is stored"
        }
        // An older build did not say what it had appended.
        guard version != .v1_0 else { return nil }
        var fields = AppendedFields()
        try decoder.decode(message) { alert, datum in
            fields = AppendedFields(AppendedContents(stored.framing, cutouts: false), of: alert, in: datum)
        }
        return fields.appended(to: stored.datum, version: version) == published.datum
            ? nil : "what was appended to it is not what its message gives"
    }
}
