import Avro
import Sky

/// Encodes what a packet says of the surroundings of its alert: the record `Context` of `Schemas/annotated_alert.avsc`.
enum AlertContextEncoding {
    /// Nearest sources at the most.
    static let nearestSources = 3

    static func append(_ alert: Alert, to encoder: inout AvroEncoder) {
        let context = alert.context
        encoder.double(alert.galacticLatitude)
        encoder.array(context.nearestSources.prefix(nearestSources)) {
            $1.float($0.distance)
            $1.known($0.starGalaxyScore)
        }
        encoder.optional(context.referenceSource) {
            $1.float($0.distance)
            $1.known($0.magnitude)
            $1.known($0.chi)
            $1.known($0.sharpness)
        }
        encoder.optional(context.gaia, append)
        encoder.optional(context.brightGaia, append)
        encoder.optional(context.detectionCount) { $1.long($0) }
        encoder.optional(context.coverageCount) { $1.long($0) }
        encoder.known(context.firstDetectionMjd ?? .nan)
        encoder.known(context.extendedness)
        encoder.optional(context.trail) {
            $1.known($0.flux)
            $1.float($0.length)
            $1.known($0.angle)
            $1.known($0.chi2)
            $1.optional($0.dataCount) { $1.long($0) }
        }
        encoder.optional(context.dipole) {
            $1.known($0.meanFlux)
            $1.known($0.fluxDifference)
            $1.float($0.length)
            $1.known($0.angle)
            $1.known($0.chi2)
            $1.optional($0.dataCount) { $1.long($0) }
        }
        encoder.known(context.solarSystem?.distance)
        encoder.known(context.solarSystem?.magnitude)
    }

    private static func append(_ source: AlertContext.GaiaSource, to encoder: inout AvroEncoder) {
        encoder.float(source.distance)
        encoder.known(source.magnitude)
    }
}
