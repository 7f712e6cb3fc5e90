package import Avro
package import Sky

/// Reads annotated alerts as a subscriber gets them, in any framing, by libavro behind our own reader
/// (`AnnotatedAlertSchema`). One instance a thread; all of them take turns.
package final class AnnotatedAlertReader {
    private let messages: FramedMessages<AnnotatedAlertSchema>

    /// A reader.
    /// - Parameter registry: where the schema of framed messages comes from.
    package convenience init(registry: (any SchemaRegistry)? = nil) {
        self.init(registry: registry) { try AnnotatedAlertSchema($0) }
    }

    init(registry: (any SchemaRegistry)?, schema: @escaping (AvroSchema) throws -> AnnotatedAlertSchema) {
        messages = FramedMessages(registry: registry, make: schema)
    }

    /// The annotated alert of a message.
    ///
    /// - Throws: `AvroError` where the message holds none, and where libavro reads it otherwise than our reader.
    package func read(_ message: UnsafeRawBufferPointer) throws -> AvroRecord {
        var result: AvroValue?
        try messages.forEach(in: message) { datum, schema in
            let (value, used) = try schema.decode(datum)
            result = try schema.confirmed(value, of: UnsafeRawBufferPointer(rebasing: datum[..<used]))
            return used
        }
        guard case .record(let record)? = result else {
            throw AvroError(.notAvro, "the message holds no annotated alert")
        }
        return record
    }
}

/// One annotated alert in the few words that fit a line of a table.
package struct AlertSummary: Sendable {
    /// The survey.
    package var survey = ""
    /// The alert's id.
    package var alertId: Int64 = 0
    /// The object.
    package var objectId = ""
    /// The decision's node; where there is none, the most probable class.
    package var label = ""
    /// Its probability.
    package var probability = Float.nan
    /// Whether `label` is a decision.
    package var isDecided = false
    /// Points of the light curve that were used.
    package var points: Int32 = 0
    /// Whether a spectrum was used.
    package var hasSpectrum = false
    /// Whether catalogue metadata was used.
    package var hasMetadata = false
    /// Novelty percentile, NaN where there is none.
    package var percentile = Float.nan
    /// Flags by name.
    package var flags: [String] = []
    /// When the alert was taken from Kafka (microseconds since 1970).
    package var received: Int64 = 0
    /// Time of the detection (MJD) in the survey's own scale.
    package var mjd = Double.nan
    /// The alert's identity.
    package var identity: AlertIdentity {
        AlertIdentity(survey: SurveyName(survey), alertId: alertId, mjd: mjd)
    }
    /// Where the alert stood in the input, nil where it did not come from Kafka.
    package var input: InputPosition?

    /// Sums up an annotated alert.
    ///
    /// - Parameter classes: the leaves of the taxonomy, where they are known: then the most probable of them stands in
    ///   where there is no decision.
    package init(_ record: AvroRecord, classes: Set<String>? = nil) {
        if case .string(let value)? = record["survey"] { survey = value }
        if case .long(let value)? = record["alertId"] { alertId = value }
        if case .string(let value)? = record["objectId"] { objectId = value }
        if case .array(let values)? = record["flags"] {
            flags = values.compactMap { if case .string(let flag) = $0 { flag } else { nil } }
        }
        if case .double(let value)? = record["mjd"] { mjd = value }
        if case .record(let position)? = record["input"] { take(input: position) }
        if case .record(let modalities)? = record["modalities"] { take(modalities: modalities) }
        if case .record(let anomaly)? = record["anomaly"], case .float(let value)? = anomaly["percentile"] {
            percentile = value
        }
        if case .record(let times)? = record["timestamps"], case .long(let value)? = times["received"] {
            received = value
        }
        if case .array(let classifications)? = record["classifications"],
            case .record(let first)? = classifications.first
        {
            take(classification: first, classes)
        }
    }

    private mutating func take(input: AvroRecord) {
        guard case .string(let topic)? = input["topic"], case .int(let partition)? = input["partition"],
            case .long(let offset)? = input["offset"], case .long(let timestamp)? = input["timestamp"]
        else { return }
        self.input = InputPosition(topic: topic, partition: partition, offset: offset, timestamp: timestamp)
    }

    private mutating func take(modalities: AvroRecord) {
        if case .int(let value)? = modalities["points"] { points = value }
        if case .long? = modalities["spectrumId"] { hasSpectrum = true }
        if case .int(let value)? = modalities["metadataFeatures"] { hasMetadata = value > 0 }
    }

    private mutating func take(classification: AvroRecord, _ classes: Set<String>?) {
        if case .record(let decision)? = classification["decision"], case .string(let node)? = decision["node"],
            case .float(let value)? = decision["probability"]
        {
            (label, probability, isDecided) = (node, value, true)
            return
        }
        guard case .map(let nodes)? = classification["probabilities"] else { return }
        // A class is never more probable than the nodes above it: the least probable of the likely ones says most.
        let values = nodes.compactMap { node, value -> (String, Float)? in
            if case .float(let value) = value { (node, value) } else { nil }
        }
        let likely = values.filter { node, probability in classes?.contains(node) ?? (probability < 0.5) }
        let best = likely.max { ($0.1, $1.0) < ($1.1, $0.0) } ?? values.max { $0.1 < $1.1 }
        if let best { (label, probability) = best }
    }
}
