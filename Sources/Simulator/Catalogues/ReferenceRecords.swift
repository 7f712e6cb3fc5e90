package import Sky

extension SkySimulation {
    /// Simulated objects of all lasting classes in turn, each with light curve, spectrum and (where a catalogue has
    /// it) metadata, as the broker would assemble them at one of the object's alerts: what a new model takes its
    /// reference embeddings from.
    ///
    /// The light curves are of very different lengths, from a single detection to 200 points. Neither schemas nor
    /// packets are needed. The same seed gives the same records; names are `sim:` and a number.
    package static func referenceRecords(
        seed: UInt64,
        count: Int
    ) -> [(object: String, label: String, record: Record)] {
        let classes = SourceClass.allCases.filter { $0.life == .persistent || $0.life == .transient }
        let maker = ReferenceMaker(seed: seed)
        var records: [(object: String, label: String, record: Record)] = []
        var number: UInt64 = 0
        // A source that was never bright enough is passed over; some class would have to be invisible to loop for long.
        while records.count < count, number < UInt64(20 * count + 100) {
            let sourceClass = classes[records.count % classes.count]
            if let record = maker.record(sourceClass, number: number) {
                records.append(("sim:\(number)", sourceClass.rawValue, record))
            }
            number += 1
        }
        return records
    }
}

/// Observes single objects for a while.
private struct ReferenceMaker {
    let seed: UInt64
    let schedule: Schedule
    let maker: SourceMaker
    private static let firstNight = 60_000
    private static let longest = 200

    init(seed: UInt64) {
        self.seed = seed
        schedule = .ztf(seed: seed)
        maker = SourceMaker(seed: seed, brightest: 13.2, faintest: 20.6, declinations: schedule.declinations)
    }

    /// A record at an alert drawn at random from the object's first years, nil if it was never detected.
    func record(_ sourceClass: SourceClass, number: UInt64) -> Record? {
        var random = RandomStream(seed, .reference, number)
        var source = maker.source(sourceClass, number: number, night: Double(Self.firstNight))
        source.placement = schedule.grid.placement(ra: source.ra, dec: source.dec)
        let start = source.begin.isFinite ? Int(source.begin) - 20 : Self.firstNight
        let end = min(source.end, Double(start) + 1200)
        let nights = Int(random.logUniform(6, max(7, end - Double(start))))
        var measurements: [Measurement] = []
        for night in start..<start + nights {
            for exposure in schedule.exposures(field: source.placement.field, night: night) {
                measurements.append(Measurement(source, exposure))
            }
        }
        guard let last = measurements.lastIndex(where: \.isDetected) else { return nil }
        let known = measurements[max(0, last + 1 - Self.longest)...last]
        let alert = alert(source, Array(known))
        return Record(
            alert: alert,
            lightCurve: LightCurve(points: known.map { point(source, $0) }),
            spectrum: SpectrumSynthesis.spectrum(source, mjd: alert.mjd),
            metadata: MetadataSynthesis.metadata(source)
        )
    }

    private func alert(_ source: SimulatedSource, _ measurements: [Measurement]) -> Alert {
        let last = measurements[measurements.count - 1]
        return Alert(
            survey: SurveyName("ztf"),
            schemaVersion: "4.02",
            alertId: SurveyNames.ztfCandidate(
                processing: SurveyNames.ztfProcessing(last.exposure.mjd, channel: source.placement.detector),
                isPositive: last.flux > 0,
                number: 0
            ),
            objectId: "sim:\(source.number)",
            ra: source.ra,
            dec: source.dec,
            mjd: last.exposure.mjd,
            timeScale: .utcStart,
            band: band(last.exposure),
            detections: measurements.filter(\.isDetected).map { measurement in
                let total = total(source, measurement)
                return PhotometricPoint.detection(
                    mjd: measurement.exposure.mjd,
                    band: band(measurement.exposure),
                    flux: measurement.flux,
                    fluxErr: measurement.fluxErr,
                    totalFlux: total.flux,
                    totalFluxErr: total.error
                )
            },
            upperLimits: measurements.filter { !$0.isDetected }.map { measurement in
                PhotometricPoint.upperLimit(
                    mjd: measurement.exposure.mjd,
                    band: band(measurement.exposure),
                    limit: Photometric.flux(measurement.exposure.limit)
                )
            }
        )
    }

    private func point(_ source: SimulatedSource, _ measurement: Measurement) -> LightCurve.Point {
        let isDetected = measurement.isDetected
        let total = total(source, measurement)
        return LightCurve.Point(
            mjd: measurement.exposure.mjd,
            flux: isDetected ? Float(measurement.flux) : .nan,
            fluxErr: Float(isDetected ? measurement.fluxErr : measurement.exposure.backgroundError),
            totalFlux: isDetected ? Float(total.flux) : .nan,
            totalFluxErr: isDetected ? Float(total.error) : .nan,
            wavelength: band(measurement.exposure).wavelength,
            kind: isDetected ? .detection : .upperLimit
        )
    }

    /// The total flux that a packet of ZTF tells: known where the nearest source of the reference image is near enough
    /// to be the object itself (1.4 arcseconds, as in `Survey`).
    private func total(_ source: SimulatedSource, _ measurement: Measurement) -> (flux: Double, error: Double) {
        let nearest = ReferenceNeighbour(source, measurement.exposure.band)
        guard nearest.separation <= 1.4 else { return (.nan, .nan) }
        let reference = Photometric.flux(nearest.magnitude)
        let error = reference * nearest.error / 1.0857362
        return (
            reference + measurement.flux, (error * error + measurement.fluxErr * measurement.fluxErr).squareRoot()
        )
    }

    /// ZTF's bands with the effective wavelengths of the SVO Filter Profile Service (nm).
    private func band(_ exposure: Exposure) -> Band {
        switch exposure.band {
        case .g: Band("g", wavelength: 474.6)
        case .i: Band("i", wavelength: 782.9)
        default: Band("r", wavelength: 636.7)
        }
    }
}
