// What only the candidate that makes an alert has.
extension ZTFRows {
    /// What only the alert itself has.
    static func setAlert(_ row: inout Row, _ source: SimulatedSource, _ measurement: Measurement, field: Int) {
        let exposure = measurement.exposure
        let channel = source.placement.detector
        var random = RandomStream(source.seed, .packet, exposure.seed, 1)
        let isReal = source.sourceClass != .bogus
        let signal = measurement.signalToNoise
        let first = source.firstDetection.isNaN ? exposure.mjd : source.firstDetection
        row["ndethist"] = .integer(Int64(max(1, source.detections)))
        row["ncovhist"] = .integer(Int64(max(source.detections, Int(0.75 * (exposure.mjd - 58_194)), 1)))
        row["jdstarthist"] = .number(first + 2_400_000.5)
        row["jdendhist"] = .number(exposure.mjd + 2_400_000.5)
        row["tooflag"] = 0
        row["rfid"] = .integer(
            Int64(field) * 1_000_000 + 120_000 + Int64(exposure.band.ztfFilter) * 100 + Int64(channel)
        )
        row["jdstartref"] = .number(2_458_154.62962 + Double(channel))
        row["jdendref"] = .number(2_458_364.97044 + Double(channel))
        row["nframesref"] = .integer(Int64(15 + channel % 20))
        row["dsnrms"] = .number(signal * random.uniform(1, 1.6))
        row["ssnrms"] = .number(signal * random.uniform(1.8, 2.6))
        row["nmatches"] = .integer(Int64(300 + random.integer(1800)))
        row["zpclrcov"] = .number(-random.logUniform(1e-6, 3e-5))
        row["zpmed"] = .number(exposure.zeroPoint + random.uniform(0, 0.08))
        row["clrmed"] = .number(random.uniform(0.5, 0.8))
        row["clrrms"] = .number(random.uniform(0.15, 0.32))
        row["exptime"] = .number(exposure.duration)
        row["drb"] = .number(isReal ? 1 - 0.05 * random.uniform() * random.uniform() : 0.3 * random.uniform())
        row["drbversion"] = "d6_m7"
        if case .number(let d) = row["dsnrms"], case .number(let s) = row["ssnrms"] { row["dsdiff"] = .number(d - s) }
        setCatalogues(&row, source)
    }

    /// Pan-STARRS1 and Gaia around the source, the same in every packet.
    private static func setCatalogues(_ row: inout Row, _ source: SimulatedSource) {
        var random = RandomStream(source.seed, .neighbour)
        let isStar = source.host == nil && source.sourceClass.life == .persistent
        row["nmtchps"] = .integer(Int64(3 + random.integer(12)))
        let id = 87_000_000_000_000_000 + Int64(source.seed % 120_000_000_000_000_000)
        var star = isStar ? source.magnitudes : strangerMagnitudes(&random)
        if let host = source.host { star = host.magnitudes }
        let distance = isStar ? random.uniform(0.05, 0.5) : source.host?.separation ?? random.uniform(2, 25)
        let known = star[.r] < 22.8
        let score = isStar ? random.uniform(0.9, 1) : source.host != nil ? random.uniform(0, 0.15) : random.uniform()
        row["objectidps1"] = .integer(known ? id : -999)
        row["sgmag1"] = .number(known ? star[.g] : -999)
        row["srmag1"] = .number(known ? star[.r] : -999)
        row["simag1"] = .number(known ? star[.i] : -999)
        row["szmag1"] = .number(known ? star[.z] : -999)
        row["sgscore1"] = .number(known ? score : -999)
        row["distpsnr1"] = .number(known ? distance : -999)
        let second = strangerMagnitudes(&random)
        row["objectidps2"] = .integer(id + 9_710_000)
        row["sgmag2"] = .number(second[.g])
        row["srmag2"] = .number(second[.r])
        row["simag2"] = .number(second[.i])
        row["szmag2"] = .number(second[.z])
        row["sgscore2"] = .number(random.uniform())
        row["distpsnr2"] = .number(distance + random.uniform(1, 10))
        let third = strangerMagnitudes(&random)
        row["objectidps3"] = .integer(id + 31_210_000)
        row["sgmag3"] = .number(third[.g])
        row["srmag3"] = .number(third[.r])
        row["simag3"] = .number(third[.i])
        row["szmag3"] = .number(third[.z])
        row["sgscore3"] = .number(random.uniform())
        row["distpsnr3"] = .number(distance + random.uniform(11, 18))
        let inGaia = isStar && star[.r] < 20.5
        row["neargaia"] = .number(inGaia ? distance : random.uniform(5, 60))
        row["maggaia"] = .number(inGaia ? star[.r] : random.uniform(16, 20.7))
        let bright = random.chance(0.4)
        row["neargaiabright"] = .number(bright ? random.uniform(20, 90) : -999)
        row["maggaiabright"] = .number(bright ? random.uniform(11, 14) : -999)
    }

    private static func strangerMagnitudes(_ random: inout RandomStream) -> PerBand {
        BlackBody.colours(random.uniform(3500, 7000)) + random.uniform(18, 22)
    }
}
