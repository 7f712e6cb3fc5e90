internal import Avro
internal import Sky

extension ZTF {
    func alert(in packet: Packet) throws(PacketError) -> Alert {
        let record = packet.record
        guard let candid = record[fields.candid] else { throw .missing(.identity, "candid") }
        let objectId = try packet.objectId(fields.objectId, "objectId")
        try AlertBounds.check(record, fields.history, fields.forcedHistory)
        let position = try Position.check(
            ra: record[fields.ra],
            "candidate.ra",
            dec: record[fields.dec],
            "candidate.dec"
        )
        let mjd = try AlertTime.checked(julianDate: record[fields.candidate.jd], "candidate.jd")
        guard let fid = record[fields.candidate.fid] else { throw .missing(.photometry, "candidate.fid") }
        guard Self.filterIds.contains(fid) else {
            throw PacketError(
                .photometry,
                .outOfRange,
                field: "candidate.fid",
                value: "\(fid)",
                "must be a filter id, 1 (g), 2 (r) or 3 (i); up to 99 for filters to come"
            )
        }

        let band = Self.band(fid)
        let quality = quality(packet)
        let programId = Self.programId(record[fields.candidate.programid])
        let own = try ownDetection(packet, candid, mjd, band, quality.ofPoint, programId)
        var alert = Alert(
            survey: Self.name,
            schemaVersion: packet.shortName(fields.schemavsn) ?? packet.schemaVersion,
            alertId: candid,
            objectId: objectId,
            ra: position.ra,
            dec: position.dec,
            mjd: mjd,
            timeScale: Self.timeScale,
            band: band,
            mjdTai: Self.middle(utcStart: mjd, exposure: ZTFPhotometry.known(record[fields.exptime])),
            programId: programId,
            detections: [],
            quality: quality,
            context: context(packet),
            cutouts: Cutouts(
                science: record[fields.science],
                template: record[fields.template],
                difference: record[fields.difference]
            )
        )
        addHistory(packet, to: &alert)
        alert.detections.append(own)
        addForcedPhotometry(packet, to: &alert)
        alert.context.solarSystem = solarSystem(packet, detections: alert.detections.count)
        if alert.context.solarSystem != nil { alert.flags.insert(.solarSystem) }
        if own.flux < 0, !isAtReferenceSource(record) { alert.flags.insert(.dubious) }
        alert.finish(
            rows: record[fields.history],
            id: { record[fields.previous.candid, $0] },
            position: { (record[fields.previousRa, $0], record[fields.previousDec, $0]) }
        )
        return alert
    }

    private func ownDetection(
        _ packet: Packet,
        _ candid: Int64,
        _ mjd: Double,
        _ band: Band,
        _ quality: PointQuality,
        _ programId: Int8
    ) throws(PacketError) -> PhotometricPoint {
        let record = packet.record
        let candidate = fields.candidate
        guard let magnitude = ZTFPhotometry.known(record[candidate.magpsf]) else {
            throw .noPhotometry("candidate.magpsf", record[candidate.magpsf])
        }
        guard let sigma = ZTFPhotometry.known(record[candidate.sigmapsf]), sigma >= 0 else {
            throw .noPhotometry("candidate.sigmapsf", record[candidate.sigmapsf])
        }
        guard let isPositive = ZTFPhotometry.isPositive(packet.symbol(candidate.isdiffpos, 0)) else {
            throw PacketError(
                .photometry,
                .badValue,
                field: "candidate.isdiffpos",
                value: record.string(candidate.isdiffpos) ?? "null",
                "must be t, f, 1, 0, true or false"
            )
        }
        let difference = ZTFPhotometry.difference(magnitude: magnitude, sigma: sigma, isPositive: isPositive)
        guard difference.value.isFinite, difference.error.isFinite else {
            throw .outOfRange(.photometry, "candidate.magpsf", magnitude, "a magnitude with a finite flux")
        }
        let total = ZTFPhotometry.total(
            difference: difference,
            referenceMagnitude: ZTFPhotometry.known(record[candidate.magnr]),
            referenceSigma: ZTFPhotometry.deviation(record[candidate.sigmagnr]),
            distance: ZTFPhotometry.known(record[candidate.distnr]).map { $0 * ZTFPhotometry.pixelScale }
        )
        return PhotometricPoint(
            .detection,
            id: candid,
            mjd: mjd,
            band: band,
            difference: difference,
            total: total,
            quality: quality,
            programId: programId
        )
    }

    /// Whether the nearest source of the reference image stands where the detection does, within the radius that is
    /// taken for one object.
    private func isAtReferenceSource(_ record: DecodedRecord) -> Bool {
        guard let distance = ZTFPhotometry.known(record[fields.candidate.distnr]), distance >= 0 else { return false }
        return distance * ZTFPhotometry.pixelScale <= ZTFPhotometry.referenceRadius
    }

    /// The middle of an exposure in TAI. Packets before version 3 have no `exptime`: ZTF's public surveys expose for 30 s
    /// (Bellm et al. 2019), as all real packets that say it.
    static func middle(utcStart mjd: Double, exposure: Double?) -> Double {
        var seconds = 30.0
        if let exposure, exposure > 0, exposure <= 3600 { seconds = exposure }
        return AtomicTime.mjd(utc: mjd) + seconds / 2 / 86_400
    }

    /// `programid`: 0 engineering, 1 public, 2 partnership, 3 Caltech (packets of 2018 have 64 too). Every version of the
    /// packets has it; where it cannot be read or does not fit nobody knows whose the data are, and nothing becomes public
    /// by an error.
    /// - Parameter missing: what stands where there is no value; of a row the alert's, whose packet it came in.
    static func programId(_ value: Int64?, missing: Int8 = SurveyProgram.unknown) -> Int8 {
        guard let value else { return missing }
        return Int8(exactly: value) ?? SurveyProgram.unknown
    }

    /// Detections and upper limits of `prv_candidates`. The packets of 2017-18 repeat the alert's own candidate there,
    /// with its magnitudes rounded: that row is left out.
    private func addHistory(_ packet: Packet, to alert: inout Alert) {
        let record = packet.record
        let previous = fields.previous
        let rows = record[fields.history]
        var detectionCount = 1
        for row in 0..<rows where record[previous.magpsf, row] != nil { detectionCount += 1 }
        alert.detections.reserveCapacity(detectionCount)
        if detectionCount <= rows { alert.upperLimits.reserveCapacity(rows + 1 - detectionCount) }

        for row in 0..<rows {
            let mjd = AlertTime.mjd(julianDate: record[previous.jd, row] ?? .nan)
            guard AlertTime.isPlausible(mjd) else {
                alert.leaveOutRow()
                continue
            }
            guard let magnitude = ZTFPhotometry.known(record[previous.magpsf, row]) else {
                if record[fields.previousForced.flux, row] != nil { continue }
                if let limit = ZTFPhotometry.limit(record[previous.diffmaglim, row]) {
                    let band = Self.band(record[previous.fid, row] ?? 0)
                    var point = PhotometricPoint.upperLimit(mjd: mjd, band: band, limit: limit)
                    point.programId = Self.programId(record[previous.programid, row], missing: alert.programId)
                    alert.upperLimits.append(point)
                } else {
                    alert.leaveOutRow()
                }
                continue
            }
            let id = record[previous.candid, row] ?? 0
            if id == alert.alertId { continue }
            var point = earlierDetection(packet, row, id: id, mjd: mjd, magnitude: magnitude)
            point.programId = Self.programId(record[previous.programid, row], missing: alert.programId)
            if point.hasNoFlux { alert.leaveOutRow() } else { alert.detections.append(point) }
        }
    }

    private func earlierDetection(
        _ packet: Packet,
        _ row: Int,
        id: Int64,
        mjd: Double,
        magnitude: Double
    ) -> PhotometricPoint {
        let record = packet.record
        let previous = fields.previous
        var difference = Flux.unknown
        if let isPositive = ZTFPhotometry.isPositive(packet.symbol(previous.isdiffpos, row)) {
            difference = ZTFPhotometry.difference(
                magnitude: magnitude,
                sigma: ZTFPhotometry.deviation(record[previous.sigmapsf, row]),
                isPositive: isPositive
            )
        }
        let total = ZTFPhotometry.total(
            difference: difference,
            referenceMagnitude: ZTFPhotometry.known(record[previous.magnr, row]),
            referenceSigma: ZTFPhotometry.deviation(record[previous.sigmagnr, row]),
            distance: ZTFPhotometry.known(record[previous.distnr, row]).map { $0 * ZTFPhotometry.pixelScale }
        )
        return PhotometricPoint(
            .detection,
            id: id,
            mjd: mjd,
            band: Self.band(record[previous.fid, row] ?? 0),
            difference: difference,
            total: total,
            quality: PointQuality(
                score: ZTFPhotometry.known(record[previous.rb, row]).knownFloat ?? .nan,
                kind: .realBogus
            )
        )
    }

    /// Forced photometry of `fp_hists`, or of `prv_candidates` in the versions that had it there.
    private func addForcedPhotometry(_ packet: Packet, to alert: inout Alert) {
        addForced(packet, fields.history, fields.previousForced, to: &alert)
        addForced(packet, fields.forcedHistory, fields.forced, to: &alert)
    }

    /// A row without a flux or a zero point, or with a fatal `procstatus`, measured nothing.
    private func addForced(_ packet: Packet, _ list: ReaderList, _ forced: ZTFForcedFields, to alert: inout Alert) {
        let record = packet.record
        let rows = record[list]
        var count = 0
        for row in 0..<rows where record[forced.flux, row] != nil { count += 1 }
        if count == 0 { return }
        alert.forced.reserveCapacity(alert.forced.count + count)
        for row in 0..<rows {
            guard let counts = ZTFPhotometry.known(record[forced.flux, row]),
                let zeroPoint = ZTFPhotometry.known(record[forced.magzpsci, row])
            else { continue }
            let flags = record[forced.procstatus, row].map { Self.processingFlags(packet.bytes($0)) } ?? []
            guard flags.isDisjoint(with: Self.fatalCodes) else { continue }
            let mjd = AlertTime.mjd(julianDate: record[forced.jd, row] ?? .nan)
            let difference = ZTFPhotometry.forced(
                counts: counts,
                uncertainty: ZTFPhotometry.deviation(record[forced.fluxUnc, row]),
                zeroPoint: zeroPoint
            )
            guard AlertTime.isPlausible(mjd), difference.value.isFinite else {
                alert.leaveOutRow()
                continue
            }
            let total = ZTFPhotometry.total(
                difference: difference,
                referenceMagnitude: ZTFPhotometry.known(record[forced.magnr, row]),
                referenceSigma: ZTFPhotometry.deviation(record[forced.sigmagnr, row]),
                distance: ZTFPhotometry.known(record[forced.distnr, row])
            )
            alert.forced.append(
                PhotometricPoint(
                    .forced,
                    id: 0,
                    mjd: mjd,
                    band: Self.band(record[forced.fid, row] ?? 0),
                    difference: difference,
                    total: total,
                    quality: PointQuality(flags: flags),
                    programId: Self.programId(record[forced.programid, row], missing: alert.programId)
                )
            )
        }
    }
}
