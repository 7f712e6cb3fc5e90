import Avro
import Sky

/// Encodes annotated alerts as `Schemas/annotated_alert.avsc` says, field by field; a test holds the two together.
///
/// The last three fields are the cutouts, and null here: what the archive keeps is this datum, and a publisher that is
/// asked for cutouts replaces its last three bytes.
enum AnnotatedAlertEncoding {
    /// Bytes at the end of a datum without cutouts: three unions that are null.
    static let cutoutBytes = 3

    static func append(_ annotated: AnnotatedAlert, to encoder: inout AvroEncoder) {
        let alert = annotated.alert
        encoder.string(AnnotatedAlert.schemaVersion)
        encoder.string(alert.survey.name)
        encoder.long(alert.alertId)
        encoder.string(alert.objectId)
        encoder.double(alert.ra)
        encoder.double(alert.dec)
        encoder.double(alert.mjd)
        encoder.string(alert.timeScale.rawValue)
        encoder.string(alert.band.name)
        append(annotated.photometry, to: &encoder)
        append(alert.quality, to: &encoder)
        encoder.optional(alert.context.solarSystem?.name) { $1.string($0) }
        append(annotated.annotation, flags: annotated.flags, to: &encoder)
        encoder.int(annotated.revision)
        encoder.optional(annotated.asOf) { $1.long($0) }
        encoder.optional(annotated.annotation.embedding.isEmpty ? nil : annotated.annotation.embedding) {
            $1.array($0) { $1.float($0) }
        }
        encoder.optional(annotated.input) {
            $1.string($0.topic)
            $1.int($0.partition)
            $1.long($0.offset)
            $1.long($0.timestamp)
        }
        encoder.long(annotated.times.received)
        encoder.long(annotated.times.decoded)
        encoder.long(annotated.times.joined)
        encoder.long(annotated.times.inferred)
        for _ in 0..<cutoutBytes { encoder.union(0) }
    }

    /// The three fields of the cutouts, which are ranges of `source`: they take the place of the last `cutoutBytes`
    /// bytes of a datum.
    static func cutoutFields(_ cutouts: Cutouts, in source: UnsafeRawBufferPointer) -> [UInt8] {
        let images = [cutouts.science, cutouts.template, cutouts.difference]
        var encoder = AvroEncoder(capacity: images.reduce(32) { $0 + ($1?.count ?? 0) })
        for image in images {
            encoder.optional(image) { $1.bytes(UnsafeRawBufferPointer(rebasing: source[$0])) }
        }
        return encoder.bytes
    }

    private static func append(_ summary: PhotometrySummary, to encoder: inout AvroEncoder) {
        encoder.known(summary.flux)
        encoder.known(summary.fluxErr)
        encoder.known(summary.totalFlux)
        encoder.known(summary.totalFluxErr)
        encoder.known(summary.magnitude ?? .nan)
        encoder.long(Int64(summary.detections))
        encoder.long(Int64(summary.forced))
        encoder.long(Int64(summary.upperLimits))
        encoder.known(summary.firstMjd)
        encoder.known(summary.peakFlux)
        encoder.known(summary.peakMjd)
    }

    private static func append(_ quality: AlertQuality, to encoder: inout AvroEncoder) {
        encoder.optional(quality.realBogus) { $1.float($0) }
        encoder.optional(quality.deepRealBogus) { $1.float($0) }
        encoder.optional(quality.reliability) { $1.float($0) }
        encoder.optional(quality.signalToNoise) { $1.float($0) }
    }

    private static func append(_ annotation: Annotation, flags: [String], to encoder: inout AvroEncoder) {
        encoder.long(Int64(annotation.modalities.points))
        encoder.optional(annotation.modalities.spectrumId) { $1.long($0) }
        encoder.long(Int64(annotation.modalities.metadataFeatures))
        encoder.array(annotation.classifications, append)
        encoder.optional(annotation.anomaly) {
            $1.float($0.score)
            $1.float($0.percentile)
            $1.string($0.method)
            $1.array($0.reasons) { $1.string($0) }
        }
        encoder.array(annotation.neighbours) {
            $1.string($0.object)
            $1.float($0.similarity)
            $1.string($0.label)
        }
        encoder.blocksEnd()  // crossmatches: none yet
        encoder.array(flags) { $1.string($0) }
        encoder.blocksEnd()  // filters: none yet
    }

    private static func append(_ classification: Classification, to encoder: inout AvroEncoder) {
        encoder.string(classification.classifier)
        encoder.string(classification.version)
        encoder.string(classification.trained ? "trained" : "untrained")
        encoder.array(classification.probabilities) {
            $1.string($0.node)
            $1.float($0.probability)
        }
        encoder.optional(classification.decision) {
            $1.string($0.node)
            $1.array($0.path) { $1.string($0) }
            $1.float($0.probability)
        }
        encoder.float(classification.aleatoric)
        encoder.float(classification.epistemic)
        encoder.array(classification.logits) { $1.float($0) }
    }
}

extension AvroEncoder {
    /// A union of null and a value.
    fileprivate mutating func optional<Value>(_ value: Value?, _ encode: (Value, inout AvroEncoder) -> Void) {
        guard let value else { return union(0) }
        union(1)
        encode(value, &self)
    }

    /// A union of null and double, null where the number is not known.
    fileprivate mutating func known(_ value: Double) {
        optional(value.isNaN ? nil : value) { $1.double($0) }
    }
}
