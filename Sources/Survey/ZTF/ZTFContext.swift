internal import Avro
internal import Sky

extension ZTF {
    /// How near a known Solar System object must be to be the detection, in arcseconds: Fink's limit for
    /// `ssdistnr` (its Solar System module: "flagged by ZTF (MPC) within 5 arcsec"). ZTF itself lists what it finds
    /// within 30.
    static let solarSystemRadius = 5.0

    /// How often the survey may have seen something at the very place for it to be an asteroid that passes: Fink's
    /// limit for `ndethist` and for the detections of a packet.
    static let mostDetectionsOfAnAsteroid = 5

    func quality(_ packet: Packet) -> AlertQuality {
        let record = packet.record
        var quality = AlertQuality(
            realBogus: ZTFPhotometry.known(record[fields.candidate.rb]).knownFloat,
            deepRealBogus: ZTFPhotometry.known(record[fields.drb]).knownFloat,
            signalToNoise: ZTFPhotometry.known(record[fields.scorr]).knownFloat
        )
        quality.realBogusVersion = packet.shortName(fields.rbversion)
        quality.deepRealBogusVersion = packet.shortName(fields.drbversion)
        return quality
    }

    func context(_ packet: Packet) -> AlertContext {
        let record = packet.record
        var context = AlertContext()
        context.nearestSources.reserveCapacity(fields.nearest.count)
        for (distpsnr, sgscore) in fields.nearest {
            guard let distance = distance(record[distpsnr]) else { break }
            context.nearestSources.append(
                AlertContext.NearestSource(
                    distance: Float(distance),
                    starGalaxyScore: starGalaxyScore(record[sgscore])
                )
            )
        }
        if let distance = distance(record[fields.candidate.distnr]) {
            context.referenceSource = AlertContext.ReferenceSource(
                distance: Float(distance * ZTFPhotometry.pixelScale),
                magnitude: ZTFPhotometry.known(record[fields.candidate.magnr]).knownFloat,
                chi: ZTFPhotometry.known(record[fields.chinr]).knownFloat,
                sharpness: ZTFPhotometry.known(record[fields.sharpnr]).knownFloat
            )
        }
        // -999 is nothing within the radius, null or no such field is not told.
        if record[fields.nearest[0].distpsnr].known != nil { context.searches.insert(.sources) }
        if record[fields.candidate.distnr].known != nil { context.searches.insert(.reference) }
        if record[fields.neargaia].known != nil { context.searches.insert(.gaia) }
        context.gaia = gaia(record, fields.neargaia, fields.maggaia)
        context.brightGaia = gaia(record, fields.neargaiabright, fields.maggaiabright)
        context.detectionCount = count(record[fields.ndethist])
        context.coverageCount = count(record[fields.ncovhist])
        let first = AlertTime.mjd(julianDate: record[fields.jdstarthist] ?? .nan)
        if AlertTime.isPlausible(first) { context.firstDetectionMjd = first }
        return context
    }

    /// The Solar System object that ZTF finds at the place, with Fink's guards against a variable star that an asteroid
    /// passes (astrolabsoftware/fink-science, ztf/asteroids/processor.py): nearer than the nearest source of
    /// Pan-STARRS1, and few detections at the place, by the survey's count and in the packet. Packets of 2017-18 have no
    /// distance to Pan-STARRS1: Fink refuses these (a comparison with NaN), here they are taken, for their asteroids are
    /// real (622 of the packets that were looked at).
    func solarSystem(_ packet: Packet, detections: Int) -> AlertContext.SolarSystemMatch? {
        let record = packet.record
        guard let distance = distance(record[fields.ssdistnr]), distance < Self.solarSystemRadius,
            let name = packet.shortName(fields.ssnamenr)
        else { return nil }
        if let star = self.distance(record[fields.nearest[0].distpsnr]), star <= distance { return nil }
        if detections > Self.mostDetectionsOfAnAsteroid { return nil }
        if let count = record[fields.ndethist], count > Int64(Self.mostDetectionsOfAnAsteroid) { return nil }
        return AlertContext.SolarSystemMatch(
            name: PackedDesignation.unpacked(name),
            distance: Float(distance),
            magnitude: ZTFPhotometry.known(record[fields.ssmagnr]).knownFloat
        )
    }

    private func gaia(
        _ record: DecodedRecord,
        _ near: ReaderField<Double>,
        _ magnitude: ReaderField<Double>
    ) -> AlertContext.GaiaSource? {
        distance(record[near]).map {
            AlertContext.GaiaSource(
                distance: Float($0),
                magnitude: ZTFPhotometry.known(record[magnitude]).knownFloat
            )
        }
    }

    /// A source that the star/galaxy catalogue (Tachibana & Miller 2018, PASP 130, 128001) lacks gets exactly 0.5: 1,316
    /// of 6,282 scores in real packets, against 94 others from 0.45 to 0.55.
    private func starGalaxyScore(_ value: Double?) -> Float? {
        guard let value = ZTFPhotometry.known(value), (0...1).contains(value), value != 0.5 else { return nil }
        return Float(value)
    }

    private func distance(_ value: Double?) -> Double? {
        guard let value = ZTFPhotometry.known(value), value >= 0 else { return nil }
        return value
    }

    private func count(_ value: Int64?) -> Int64? {
        value.flatMap { $0 >= 0 ? $0 : nil }
    }
}
