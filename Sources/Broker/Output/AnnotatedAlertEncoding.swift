import Avro
import Ground
import Sky
import Survey

/// Encodes annotated alerts as `Schemas/annotated_alert.avsc` says, field by field; a test holds the two together.
///
/// The last fields are the light curve and the cutouts, and null here: what the archive keeps is this datum, and a
/// publisher puts `AppendedFields` in the place of its last bytes.
enum AnnotatedAlertEncoding {
    /// Bytes of a text of the packet that no rule bounds: a version of a score, a Solar System object's name.
    static let longestText = 64

    /// An encoded annotated alert with nothing appended.
    static func datum(_ annotated: AnnotatedAlert) -> [UInt8] {
        var encoder = AvroEncoder(capacity: 2048)
        append(annotated, to: &encoder)
        return encoder.bytes
    }

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
        append(alert.quality, of: alert.survey, to: &encoder)
        encoder.optional(alert.context.solarSystem?.name) { $1.text($0) }
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
        encoder.known(alert.mjdTai)
        encoder.optional(SurveyProgram.number(alert.programId)) { $1.int(Int32($0)) }
        encoder.union(1)
        AlertContextEncoding.append(alert, to: &encoder)
        encoder.string(annotated.annotation.rules)
        for _ in 0..<AppendedFields.emptyCount(in: .current) { encoder.union(0) }
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

    private static func append(_ quality: AlertQuality, of survey: SurveyName, to encoder: inout AvroEncoder) {
        encoder.known(quality.realBogus)
        encoder.known(quality.deepRealBogus)
        encoder.known(quality.reliability)
        encoder.known(quality.signalToNoise)
        encoder.optional(quality.realBogusVersion) { $1.text($0) }
        encoder.optional(quality.deepRealBogusVersion) { $1.text($0) }
        encoder.optional(quality.reliabilityVersion) { $1.text($0) }
        encoder.array(Surveys.names(of: quality.flags, survey: survey)) { $1.string($0) }
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
        encoder.array(classification.classes) { $1.string($0) }
        encoder.string(classification.calibration)
    }
}

extension AvroEncoder {
    /// A union of null and a value.
    mutating func optional<Value>(_ value: Value?, _ encode: (Value, inout AvroEncoder) -> Void) {
        guard let value else { return union(0) }
        union(1)
        encode(value, &self)
    }

    /// A union of null and double, null where the number is not known.
    mutating func known(_ value: Double) {
        optional(value.isNaN ? nil : value) { $1.double($0) }
    }

    /// A union of null and float, null where the number is not known.
    mutating func known(_ value: Float?) {
        optional(value.flatMap { $0.isNaN ? nil : $0 }) { $1.float($0) }
    }

    /// A text of the packet that no rule bounds, cut where it is too long.
    fileprivate mutating func text(_ value: String) {
        string(
            value.utf8.count > AnnotatedAlertEncoding.longestText
                ? value.plain(limit: AnnotatedAlertEncoding.longestText) : value
        )
    }
}
