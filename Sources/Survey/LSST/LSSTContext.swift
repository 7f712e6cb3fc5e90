internal import Avro
internal import Sky

extension LSST {
    func quality(_ packet: Packet) -> AlertQuality {
        let record = packet.record
        var quality = AlertQuality(
            reliability: record[fields.source.reliability].knownFloat,
            signalToNoise: record[fields.snr].knownFloat,
            flags: QualityFlags(rawValue: record[fields.source.flags])
        )
        quality.reliabilityVersion = packet.shortName(fields.reliabilityVersion)
        return quality
    }

    /// What `diaSource` and `diaObject` say beside the photometry.
    func context(_ record: DecodedRecord) -> AlertContext {
        var context = AlertContext()
        context.extendedness = record[fields.extendedness].knownFloat
        // Before version 8 there are neither count nor first time.
        context.detectionCount = record[fields.detectionCount].flatMap { $0 >= 0 ? $0 : nil }
        context.firstDetectionMjd = record[fields.firstDetection].flatMap { AlertTime.isPlausible($0) ? $0 : nil }
        if let length = record[fields.trail.length].knownFloat {
            context.trail = AlertContext.TrailFit(
                flux: record[fields.trail.flux].knownFloat,
                length: length,
                angle: record[fields.trail.angle].knownFloat,
                chi2: record[fields.trail.chi2].knownFloat,
                dataCount: filled(record[fields.trail.dataCount])
            )
        }
        if let length = record[fields.dipole.length].knownFloat {
            context.dipole = AlertContext.DipoleFit(
                meanFlux: record[fields.dipole.flux].knownFloat,
                fluxDifference: filled(record[fields.dipole.fluxDifference]).knownFloat,
                length: length,
                angle: record[fields.dipole.angle].knownFloat,
                chi2: record[fields.dipole.chi2].knownFloat,
                dataCount: filled(record[fields.dipole.dataCount])
            )
        }
        return context
    }

    /// Rubin's pipeline leaves 0 where it fills nothing: the difference of a dipole's lobes in 122 of 122 real fits, the
    /// pixels of a trail in 188 of 188.
    private func filled<Value: Numeric>(_ value: Value?) -> Value? { value == .zero ? nil : value }
}
