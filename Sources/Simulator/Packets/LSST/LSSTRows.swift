/// Values of Rubin's records; what the survey leaves null stays null.
enum LSSTRows {
    /// Rubin's id of a numbered asteroid: eight characters of its packed designation.
    static func solarSystemId(_ asteroid: Asteroid) -> Int64 {
        21_163_000_000_000_000 + Int64(asteroid.number) * 7919
    }

    /// A diaSource.
    static func setSource(_ row: inout Row, _ source: SimulatedSource, _ measurement: Measurement, _ id: Int64) {
        let exposure = measurement.exposure
        var random = RandomStream(source.seed, .packet, exposure.seed)
        let isReal = source.sourceClass != .bogus
        row["diaSourceId"] = .integer(id)
        row["visit"] = .integer(SurveyNames.lsstVisit(exposure))
        row["detector"] = .integer(Int64(source.placement.detector))
        row["diaObjectId"] = .integer(source.asteroid == nil ? SurveyNames.lsstObject(source.number) : 0)
        row["ssObjectId"] = .integer(source.asteroid.map(solarSystemId) ?? 0)
        row["parentDiaSourceId"] = 0
        row["midpointMjdTai"] = .number(exposure.mjd)
        row["exposureTime"] = .number(exposure.duration)
        row["band"] = .text(exposure.band.name)
        row["timeProcessedMjdTai"] = .number(exposure.mjd + random.uniform(0.001, 0.003))
        setPosition(&row, source, measurement, &random)
        setFluxes(&row, source, measurement, &random)
        setTrail(&row, source, measurement, &random)
        setShape(&row, source, &random)
        row["reliability"] = .number(isReal ? 1 - 0.5 * random.uniform() * random.uniform() : 0.45 * random.uniform())
        row["reliabilityVersion"] = "simulated"
        row["extendedness"] = .number(isReal ? random.uniform(0, 0.4) : random.uniform(0, 1))
        row["bboxSize"] = .integer(Int64(20 + random.integer(15)))
        row["isDipole"] = .flag(!isReal && random.chance(0.3))
        row["dipoleFitAttempted"] = .flag(!isReal && random.chance(0.5))
        row["dipoleNdata"] = 0
        setFlags(&row, isReal, &random)
    }

    private static func setPosition(
        _ row: inout Row,
        _ source: SimulatedSource,
        _ measurement: Measurement,
        _ random: inout RandomStream
    ) {
        let stretch = max(0.01, Portable.cos(source.dec * .pi / 180))
        let error = 0.3 / 3600 / max(5, measurement.signalToNoise)
        row["ra"] = .number(Coordinates.wrapped(source.ra + 0.3 * measurement.offsetRa / 3600 / stretch))
        row["raErr"] = .number(error)
        row["dec"] = .number(min(90, max(-90, source.dec + 0.3 * measurement.offsetDec / 3600)))
        row["decErr"] = .number(error)
        row["ra_dec_Cov"] = .number(0.05 * error * error * random.normal())
        row["x"] = .number(source.placement.x)
        row["xErr"] = .number(error * 3600 / 0.2)
        row["y"] = .number(source.placement.y)
        row["yErr"] = .number(error * 3600 / 0.2)
    }

    private static func setFluxes(
        _ row: inout Row,
        _ source: SimulatedSource,
        _ measurement: Measurement,
        _ random: inout RandomStream
    ) {
        row["psfFlux"] = .number(measurement.flux)
        row["psfFluxErr"] = .number(measurement.fluxErr)
        row["psfChi2"] = .number(random.normal(1681, 60))
        row["psfNdata"] = 1681
        row["apFlux"] = .number(measurement.flux * random.normal(1, 0.03))
        row["apFluxErr"] = .number(measurement.fluxErr * 1.7)
        row["isNegative"] = .flag(measurement.flux < 0)
        row["snr"] = .number(measurement.signalToNoise)
        row["scienceFlux"] = .number(measurement.referenceFlux + measurement.flux)
        row["scienceFluxErr"] = .number(measurement.fluxErr * 1.02)
        row["templateFlux"] = .number(measurement.referenceFlux)
        row["templateFluxErr"] = .number(measurement.fluxErr * 0.1)
    }

    private static func setTrail(
        _ row: inout Row,
        _ source: SimulatedSource,
        _ measurement: Measurement,
        _ random: inout RandomStream
    ) {
        row["trailFlux"] = .number(measurement.flux * random.normal(1, 0.03))
        row["trailFluxErr"] = .number(measurement.fluxErr * 1.1)
        row["trailRa"] = row["ra"]
        row["trailDec"] = row["dec"]
        row["trailLength"] = .number(source.asteroid == nil ? random.uniform(0.2, 1.5) : random.uniform(1, 4))
        row["trailAngle"] = .number(random.uniform(-180, 180))
        row["trailNdata"] = 0
        row["trail_flag_edge"] = false
    }

    private static func setShape(_ row: inout Row, _ source: SimulatedSource, _ random: inout RandomStream) {
        let width = random.uniform(0.2, 0.4)
        row["ixx"] = .number(width * random.uniform(0.7, 1.3))
        row["iyy"] = .number(width * random.uniform(0.7, 1.3))
        row["ixy"] = .number(0.05 * random.normal())
        row["ixxPSF"] = .number(width)
        row["iyyPSF"] = .number(width * random.uniform(0.9, 1.1))
        row["ixyPSF"] = .number(0.02 * random.normal())
    }

    private static func setFlags(_ row: inout Row, _ isReal: Bool, _ random: inout RandomStream) {
        row["centroid_flag"] = false
        row["apFlux_flag"] = false
        row["apFlux_flag_apertureTruncated"] = false
        row["psfFlux_flag"] = false
        row["psfFlux_flag_edge"] = false
        row["psfFlux_flag_noGoodPixels"] = false
        row["forced_PsfFlux_flag"] = false
        row["forced_PsfFlux_flag_edge"] = false
        row["forced_PsfFlux_flag_noGoodPixels"] = false
        row["shape_flag"] = false
        row["shape_flag_no_pixels"] = false
        row["shape_flag_not_contained"] = false
        row["shape_flag_parent_source"] = false
        row["trail_flag"] = false
        let isSpoiled = !isReal && random.chance(0.5)
        row["pixelFlags"] = .flag(isSpoiled)
        row["pixelFlags_bad"] = .flag(isSpoiled && random.chance(0.3))
        row["pixelFlags_cr"] = .flag(isSpoiled && random.chance(0.5))
        row["pixelFlags_crCenter"] = .flag(isSpoiled && random.chance(0.3))
        row["pixelFlags_edge"] = false
        row["pixelFlags_nodata"] = false
        row["pixelFlags_nodataCenter"] = false
        row["pixelFlags_interpolated"] = .flag(isSpoiled)
        row["pixelFlags_interpolatedCenter"] = .flag(isSpoiled && random.chance(0.4))
        row["pixelFlags_offimage"] = false
        row["pixelFlags_saturated"] = .flag(isSpoiled && random.chance(0.2))
        row["pixelFlags_saturatedCenter"] = false
        row["pixelFlags_suspect"] = false
        row["pixelFlags_suspectCenter"] = false
        row["pixelFlags_streak"] = .flag(!isReal && random.chance(0.1))
        row["pixelFlags_streakCenter"] = false
        row["pixelFlags_injected"] = false
        row["pixelFlags_injectedCenter"] = false
        row["pixelFlags_injected_template"] = false
        row["pixelFlags_injected_templateCenter"] = false
        row["glint_trail"] = false
    }

    /// A diaForcedSource.
    static func setForced(_ row: inout Row, _ source: SimulatedSource, _ measurement: Measurement) {
        let exposure = measurement.exposure
        row["diaForcedSourceId"] = .integer(SurveyNames.lsstSource(exposure, slot: source.placement.slot))
        row["diaObjectId"] = .integer(SurveyNames.lsstObject(source.number))
        row["ra"] = .number(source.ra)
        row["dec"] = .number(source.dec)
        row["visit"] = .integer(SurveyNames.lsstVisit(exposure))
        row["detector"] = .integer(Int64(source.placement.detector))
        row["psfFlux"] = .number(measurement.forcedFlux)
        row["psfFluxErr"] = .number(measurement.fluxErr)
        row["midpointMjdTai"] = .number(exposure.mjd)
        row["scienceFlux"] = .number(measurement.referenceFlux + measurement.forcedFlux)
        row["scienceFluxErr"] = .number(measurement.fluxErr * 1.02)
        row["band"] = .text(exposure.band.name)
        row["timeProcessedMjdTai"] = .number(exposure.mjd + 0.002)
    }

    /// The diaObject: what all detections say together.
    static func setObject(
        _ row: inout Row,
        _ source: SimulatedSource,
        _ alert: Measurement,
        _ previous: [Measurement]
    ) {
        let detections = previous.filter(\.isDetected) + [alert]
        row["diaObjectId"] = .integer(SurveyNames.lsstObject(source.number))
        row["validityStartMjdTai"] = .number(alert.exposure.mjd + 0.002)
        row["ra"] = .number(source.ra)
        row["raErr"] = 1.3e-5
        row["dec"] = .number(source.dec)
        row["decErr"] = 1.6e-5
        row["ra_dec_Cov"] = 1.2e-11
        row["firstDiaSourceMjdTai"] = .number(detections[0].exposure.mjd)
        row["lastDiaSourceMjdTai"] = .number(alert.exposure.mjd)
        row["nDiaSources"] = .integer(Int64(detections.count))
        for band in Passband.allCases {
            let points = detections.filter { $0.exposure.band == band }
            row.set(band.name + "_psfFluxNdata", .integer(Int64(points.count)))
            if !points.isEmpty { setStatistics(&row, band.name, points) }
        }
    }

    private static func setStatistics(_ row: inout Row, _ band: String, _ points: [Measurement]) {
        let count = Double(points.count)
        let mean = points.reduce(0) { $0 + $1.flux } / count
        let error = points.reduce(0) { $0 + $1.fluxErr } / count
        let variance = points.reduce(0) { $0 + ($1.flux - mean) * ($1.flux - mean) } / count
        row.set(band + "_psfFluxMean", .number(mean))
        row.set(band + "_psfFluxMeanErr", .number(error / count.squareRoot()))
        row.set(band + "_psfFluxSigma", .number(variance.squareRoot()))
        row.set(band + "_psfFluxMin", .number(points.map(\.flux).min() ?? mean))
        row.set(band + "_psfFluxMax", .number(points.map(\.flux).max() ?? mean))
        row.set(band + "_psfFluxErrMean", .number(error))
        row.set(band + "_scienceFluxMean", .number(mean + points[0].referenceFlux))
        row.set(band + "_scienceFluxMeanErr", .number(error / count.squareRoot()))
    }
}
