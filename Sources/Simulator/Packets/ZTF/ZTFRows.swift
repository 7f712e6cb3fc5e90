import Ground

/// Values of ZTF's records. What the survey writes where it has no value (-999, `null` as a text) is written here too.
enum ZTFRows {
    /// What every exposure has, whether or not the source was found in it.
    static func setExposure(
        _ row: inout Row,
        _ source: SimulatedSource,
        _ measurement: Measurement,
        field: Int,
        archived: Bool
    ) {
        let exposure = measurement.exposure
        var random = RandomStream(seed: exposure.seed &+ UInt64(source.placement.detector))
        row["jd"] = .number(exposure.mjd + 2_400_000.5)
        row["fid"] = .integer(Int64(exposure.band.ztfFilter))
        row["pid"] = .integer(SurveyNames.ztfProcessing(exposure.mjd, channel: source.placement.detector))
        row["diffmaglim"] = .number(exposure.limit)
        row["pdiffimfilename"] = .text(imageName(exposure, source.placement, field, archived))
        row["programpi"] = "Kulkarni"
        row["programid"] = 1
        row["nid"] = .integer(Int64(SurveyNames.ztfNight(exposure.mjd)))
        row["rcid"] = .integer(Int64(source.placement.detector))
        row["field"] = .integer(Int64(field))
        setZeroPoint(&row, exposure, &random)
        row["rbversion"] = "t17_f5_c3"
    }

    static func setZeroPoint(_ row: inout Row, _ exposure: Exposure, _ random: inout RandomStream) {
        row["magzpsci"] = .number(exposure.zeroPoint)
        row["magzpsciunc"] = .number(random.logUniform(2e-6, 4e-5))
        row["magzpscirms"] = .number(random.uniform(0.02, 0.05))
        row["clrcoeff"] = .number((exposure.band == .g ? -0.06 : 0.1) + random.normal(0, 0.01))
        row["clrcounc"] = .number(random.logUniform(4e-6, 6e-5))
    }

    private static func imageName(
        _ exposure: Exposure,
        _ placement: Placement,
        _ field: Int,
        _ archived: Bool
    ) -> String {
        let date = CalendarDate(mjd: Int(exposure.mjd))
        let fraction = Int(((exposure.mjd - exposure.mjd.rounded(.down)) * 1_000_000).rounded(.down))
        let day = digits(date.month, 2) + digits(date.day, 2)
        let name =
            "ztf_\(date.year)\(day)\(digits(fraction, 6))_\(digits(field, 6))_z\(exposure.band.name)"
            + "_c\(digits(placement.detector / 4 + 1, 2))_o_q\(placement.detector % 4 + 1)_scimrefdiffimg.fits"
        return archived ? "/ztf/archive/sci/\(date.year)/\(day)/\(digits(fraction, 6))/\(name).fz" : name
    }

    private static func digits(_ number: Int, _ count: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }

    /// What a detection adds.
    static func setDetection(_ row: inout Row, _ source: SimulatedSource, _ measurement: Measurement, _ id: Int64) {
        let exposure = measurement.exposure
        var random = RandomStream(source.seed, .packet, exposure.seed)
        let isReal = source.sourceClass != .bogus
        let magnitude = Photometric.magnitude(measurement.flux.magnitude)
        let error = 1.0857362 * measurement.fluxErr / measurement.flux.magnitude
        row["candid"] = .integer(id)
        row["isdiffpos"] = measurement.flux > 0 ? "t" : "f"
        row["tblid"] = .integer(Int64(source.placement.slot))
        let position = measuredPosition(source, measurement)
        row["ra"] = .number(position.ra)
        row["dec"] = .number(position.dec)
        let x = min(3072, max(1, source.placement.x + random.normal(0, 8)))
        let y = min(3080, max(1, source.placement.y + random.normal(0, 8)))
        row["xpos"] = .number(x)
        row["ypos"] = .number(y)
        row["magpsf"] = .number(magnitude)
        row["sigmapsf"] = .number(error)
        row["chipsf"] = .number(isReal ? random.logUniform(0.6, 2.2) : random.logUniform(2, 60))
        setApertures(&row, exposure, magnitude, error, &random)
        setReference(&row, source, exposure, &random)
        row["sky"] = .number(random.normal(0.1, 0.6))
        row["fwhm"] = .number(isReal ? exposure.seeing * random.uniform(0.9, 1.2) : random.uniform(0.9, 1.6))
        row["classtar"] = .number(isReal ? random.uniform(0.9, 1) : random.uniform(0, 0.98))
        row["mindtoedge"] = .number(min(x, 3072 - x, y, 3080 - y))
        row["seeratio"] = .number(random.uniform(0.9, 1.9))
        let major = random.uniform(0.6, 0.95)
        let minor = major / (isReal ? random.uniform(1, 1.2) : random.uniform(1, 1.8))
        row["aimage"] = .number(major)
        row["bimage"] = .number(minor)
        row["aimagerat"] = .number(major / exposure.seeing)
        row["bimagerat"] = .number(minor / exposure.seeing)
        row["elong"] = .number(major / minor)
        row["nneg"] = .integer(Int64(isReal ? random.integer(6) : 3 + random.integer(10)))
        row["nbad"] = .integer(isReal || random.chance(0.6) ? 0 : 1)
        row["rb"] = .number(isReal ? 1 - 0.45 * random.uniform() * random.uniform() : random.uniform(0.02, 0.5))
        row["sumrat"] = .number(isReal ? random.uniform(0.9, 1) : random.uniform(0.4, 0.95))
        row["scorr"] = .number(measurement.signalToNoise * random.uniform(1, 1.15))
        setSolarSystem(&row, source, exposure, &random)
    }

    /// Position with the error of the measurement, in ZTF's seven decimals.
    static func measuredPosition(_ source: SimulatedSource, _ measurement: Measurement) -> (ra: Double, dec: Double) {
        let stretch = max(0.01, Portable.cos(source.dec * .pi / 180))
        let ra = Coordinates.wrapped(source.ra + measurement.offsetRa / 3600 / stretch)
        let dec = min(90, max(-90, source.dec + measurement.offsetDec / 3600))
        return ((ra * 1e7).rounded() / 1e7, (dec * 1e7).rounded() / 1e7)
    }

    private static func setApertures(
        _ row: inout Row,
        _ exposure: Exposure,
        _ magnitude: Double,
        _ error: Double,
        _ random: inout RandomStream
    ) {
        let small = magnitude + random.normal(0.03, 0.3 * error + 0.02)
        let big = small + random.normal(0, 0.3 * error + 0.01)
        row["magap"] = .number(small)
        row["sigmagap"] = .number(error * 1.2)
        row["magdiff"] = .number(small - magnitude)
        row["magfromlim"] = .number(exposure.limit - small)
        row["magapbig"] = .number(big)
        row["sigmagapbig"] = .number(error * 1.5)
    }

    /// The nearest source of the reference image: the source itself, its host, or a stranger.
    static func setReference(
        _ row: inout Row,
        _ source: SimulatedSource,
        _ exposure: Exposure,
        _ random: inout RandomStream
    ) {
        let nearest = ReferenceNeighbour(source, exposure.band)
        row["distnr"] = .number(nearest.separation / ZTFStamps.scale)
        row["magnr"] = .number(nearest.magnitude)
        row["sigmagnr"] = .number(nearest.error)
        row["chinr"] = .number(nearest.isExtended ? random.uniform(0.9, 6) : random.uniform(0.3, 0.9))
        row["sharpnr"] = .number(nearest.isExtended ? random.uniform(0.05, 0.6) : random.normal(0, 0.03))
        row["ranr"] = .number((nearest.ra * 1e7).rounded() / 1e7)
        row["decnr"] = .number((nearest.dec * 1e7).rounded() / 1e7)
    }

    private static func setSolarSystem(
        _ row: inout Row,
        _ source: SimulatedSource,
        _ exposure: Exposure,
        _ random: inout RandomStream
    ) {
        guard let asteroid = source.asteroid else {
            row["ssdistnr"] = -999.0
            row["ssmagnr"] = -999.0
            row["ssnamenr"] = "null"
            return
        }
        row["ssdistnr"] = .number(random.uniform(0, 2))
        row["ssmagnr"] = .number((asteroid.ephemeris(exposure.mjd).magnitude * 10).rounded() / 10)
        row["ssnamenr"] = .text(String(asteroid.number))
    }

    /// One point of forced photometry.
    static func setForced(_ row: inout Row, _ source: SimulatedSource, _ measurement: Measurement, field: Int) {
        let exposure = measurement.exposure
        let channel = source.placement.detector
        let unit = Photometric.flux(exposure.zeroPoint)
        var random = RandomStream(source.seed, .packet, exposure.seed, 2)
        row["field"] = .integer(Int64(field))
        row["rcid"] = .integer(Int64(channel))
        row["fid"] = .integer(Int64(exposure.band.ztfFilter))
        row["pid"] = .integer(SurveyNames.ztfProcessing(exposure.mjd, channel: channel))
        row["rfid"] = .integer(
            Int64(field) * 1_000_000 + 120_000 + Int64(exposure.band.ztfFilter) * 100 + Int64(channel)
        )
        row["sciinpseeing"] = .number(exposure.seeing)
        row["scibckgnd"] = .number(exposure.background)
        row["scisigpix"] = .number(exposure.backgroundError / unit / 3.1)
        var zero = RandomStream(seed: exposure.seed &+ UInt64(channel))
        setZeroPoint(&row, exposure, &zero)
        row["exptime"] = .number(exposure.duration)
        row["adpctdif1"] = .number(random.uniform(0.03, 0.09))
        row["adpctdif2"] = .number(random.uniform(0.03, 0.09))
        row["diffmaglim"] = .number(exposure.limit)
        row["programid"] = 1
        row["jd"] = .number(exposure.mjd + 2_400_000.5)
        row["forcediffimflux"] = .number(measurement.forcedFlux / unit)
        row["forcediffimfluxunc"] = .number(measurement.fluxErr / unit)
        row["procstatus"] = "0"
        setReference(&row, source, exposure, &random)
        // Here ZTF gives arcseconds, not pixels.
        row["distnr"] = .number(ReferenceNeighbour(source, exposure.band).separation)
    }
}
