internal import Avro
internal import Sky

extension ZTF {
    /// How near a known Solar System object must be to be the detection, in arcseconds: Fink's limit for
    /// `ssdistnr` (its Solar System module: "flagged by ZTF (MPC) within 5 arcsec"). ZTF itself lists what it finds
    /// within 30.
    static let solarSystemRadius = 5.0

    func quality(_ record: DecodedRecord) -> AlertQuality {
        AlertQuality(
            realBogus: ZTFPhotometry.known(record[fields.rb]).knownFloat,
            deepRealBogus: ZTFPhotometry.known(record[fields.drb]).knownFloat,
            signalToNoise: ZTFPhotometry.known(record[fields.scorr]).knownFloat
        )
    }

    func context(_ packet: Packet) -> AlertContext {
        let record = packet.record
        var context = AlertContext()
        if let distance = distance(record[fields.distpsnr1]) {
            context.nearestStar = AlertContext.NearestStar(
                distance: Float(distance),
                starGalaxyScore: ZTFPhotometry.known(record[fields.sgscore1]).knownFloat
            )
        }
        if let distance = distance(record[fields.candidate.distnr]) {
            context.referenceSource = AlertContext.ReferenceSource(
                distance: Float(distance * ZTFPhotometry.pixelScale),
                magnitude: ZTFPhotometry.known(record[fields.candidate.magnr]).knownFloat
            )
        }
        context.gaiaDistance = distance(record[fields.neargaia]).map { Float($0) }
        if let distance = distance(record[fields.ssdistnr]), distance <= Self.solarSystemRadius,
            let name = packet.name(fields.ssnamenr)
        {
            context.solarSystem = AlertContext.SolarSystemMatch(
                name: PackedDesignation.unpacked(name),
                distance: Float(distance),
                magnitude: ZTFPhotometry.known(record[fields.ssmagnr]).knownFloat
            )
        }
        return context
    }

    private func distance(_ value: Double?) -> Double? {
        guard let value = ZTFPhotometry.known(value), value >= 0 else { return nil }
        return value
    }
}
