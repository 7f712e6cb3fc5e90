internal import Avro
internal import Sky

extension ZTF {
    func alert(in packet: Packet) throws(PacketError) -> Alert {
        let record = packet.record
        guard let candid = record[fields.candid] else { throw .missing(.identity, "candid") }
        guard let objectId = packet.name(fields.objectId) else { throw .missing(.identity, "objectId") }
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
                "out-of-range",
                field: "candidate.fid",
                value: "\(fid)",
                "must be a filter id, 1 (g), 2 (r) or 3 (i); up to 99 for filters to come"
            )
        }

        let band = Self.band(fid)
        let own = try ownDetection(packet, candid, mjd, band)
        var alert = Alert(
            survey: Self.name,
            schemaVersion: packet.name(fields.schemavsn) ?? packet.schemaVersion,
            alertId: candid,
            objectId: objectId,
            ra: position.ra,
            dec: position.dec,
            mjd: mjd,
            timeScale: Self.timeScale,
            band: band,
            detections: [],
            quality: quality(record),
            context: context(packet),
            cutouts: Cutouts(
                science: record[fields.science],
                template: record[fields.template],
                difference: record[fields.difference]
            )
        )
        if alert.context.solarSystem != nil { alert.flags.insert(.solarSystem) }
        try addHistory(packet, candid, to: &alert)
        alert.detections.append(own)
        alert.forced = try forcedPhotometry(record)
        alert.orderHistory()
        return alert
    }

    private func ownDetection(
        _ packet: Packet,
        _ candid: Int64,
        _ mjd: Double,
        _ band: Band
    ) throws(PacketError) -> Detection {
        let record = packet.record
        let candidate = fields.candidate
        guard let magnitude = ZTFPhotometry.known(record[candidate.magpsf]) else {
            throw .noPhotometry("candidate.magpsf", record[candidate.magpsf])
        }
        guard let sigma = ZTFPhotometry.known(record[candidate.sigmapsf]), sigma >= 0 else {
            throw .noPhotometry("candidate.sigmapsf", record[candidate.sigmapsf])
        }
        guard let isPositive = ZTFPhotometry.isPositive(firstByte: packet.firstByte(of: candidate.isdiffpos)) else {
            throw PacketError(
                .photometry,
                "bad-value",
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
        return Detection(id: candid, mjd: mjd, band: band, difference: difference, total: total)
    }

    /// Detections and upper limits of `prv_candidates`. The packets of 2017-18 repeat the alert's own candidate there,
    /// with its magnitudes rounded: that row is left out.
    private func addHistory(_ packet: Packet, _ candid: Int64, to alert: inout Alert) throws(PacketError) {
        let record = packet.record
        let previous = fields.previous
        let rows = record[fields.history]
        var detectionCount = 1
        for row in 0..<rows where record[previous.magpsf, row] != nil { detectionCount += 1 }
        alert.detections.reserveCapacity(detectionCount)
        if detectionCount <= rows { alert.upperLimits.reserveCapacity(rows + 1 - detectionCount) }

        for row in 0..<rows {
            let mjd = try AlertTime.checked(
                julianDate: record[previous.jd, row],
                "prv_candidates[\(row)].jd"
            )
            guard let magnitude = ZTFPhotometry.known(record[previous.magpsf, row]) else {
                if record[fields.previousForced.flux, row] == nil,
                    let limit = ZTFPhotometry.limit(record[previous.diffmaglim, row])
                {
                    let band = Self.band(record[previous.fid, row] ?? 0)
                    alert.upperLimits.append(UpperLimit(mjd: mjd, band: band, limit: limit))
                }
                continue
            }
            let id = record[previous.candid, row] ?? 0
            if id == candid { continue }
            alert.detections.append(
                earlierDetection(packet, row, id: id, mjd: mjd, magnitude: magnitude)
            )
        }
    }

    private func earlierDetection(
        _ packet: Packet,
        _ row: Int,
        id: Int64,
        mjd: Double,
        magnitude: Double
    ) -> Detection {
        let record = packet.record
        let previous = fields.previous
        var difference = Flux.unknown
        if let isPositive = ZTFPhotometry.isPositive(firstByte: packet.firstByte(of: previous.isdiffpos, row)) {
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
        let band = Self.band(record[previous.fid, row] ?? 0)
        return Detection(id: id, mjd: mjd, band: band, difference: difference, total: total)
    }

    /// Forced photometry of `fp_hists`, or of `prv_candidates` in the versions that had it there. A row without a flux
    /// or a zero point measured nothing.
    private func forcedPhotometry(_ record: DecodedRecord) throws(PacketError) -> [ForcedPhotometry] {
        var points: [ForcedPhotometry] = []
        try addForced(record, fields.history, "prv_candidates", fields.previousForced, to: &points)
        try addForced(record, fields.forcedHistory, "fp_hists", fields.forced, to: &points)
        return points
    }

    private func addForced(
        _ record: DecodedRecord,
        _ list: ReaderList,
        _ name: String,
        _ forced: ZTFForcedFields,
        to points: inout [ForcedPhotometry]
    ) throws(PacketError) {
        let rows = record[list]
        var count = 0
        for row in 0..<rows where record[forced.flux, row] != nil { count += 1 }
        if count == 0 { return }
        points.reserveCapacity(points.count + count)
        for row in 0..<rows {
            guard let counts = ZTFPhotometry.known(record[forced.flux, row]),
                let zeroPoint = ZTFPhotometry.known(record[forced.magzpsci, row])
            else { continue }
            let mjd = try AlertTime.checked(julianDate: record[forced.jd, row], "\(name)[\(row)].jd")
            let difference = ZTFPhotometry.forced(
                counts: counts,
                uncertainty: ZTFPhotometry.deviation(record[forced.fluxUnc, row]),
                zeroPoint: zeroPoint
            )
            let total = ZTFPhotometry.total(
                difference: difference,
                referenceMagnitude: ZTFPhotometry.known(record[forced.magnr, row]),
                referenceSigma: ZTFPhotometry.deviation(record[forced.sigmagnr, row]),
                distance: ZTFPhotometry.known(record[forced.distnr, row])
            )
            let band = Self.band(record[forced.fid, row] ?? 0)
            points.append(ForcedPhotometry(id: 0, mjd: mjd, band: band, difference: difference, total: total))
        }
    }
}
