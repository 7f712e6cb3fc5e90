internal import Avro
internal import Sky

extension LSST {
    func alert(in packet: Packet) throws(PacketError) -> Alert {
        let record = packet.record
        guard let alertId = record[fields.alertId] else { throw .missing(.identity, "diaSource.diaSourceId") }
        let position = try Position.check(
            ra: record[fields.ra],
            "diaSource.ra",
            dec: record[fields.dec],
            "diaSource.dec"
        )
        let mjd = try AlertTime.checked(mjd: record[fields.source.mjd], "diaSource.midpointMjdTai")
        try ownPhotometryCheck(record)

        let band = try bandTable.ownBand(fields.source.band, "diaSource.band", in: packet)
        let solarSystem = solarSystemMatch(packet, dec: position.dec)
        var alert = Alert(
            survey: Self.name,
            schemaVersion: packet.schemaVersion,
            alertId: alertId,
            objectId: ObjectIdentity.name(
                diaObjectId: record[fields.diaObjectId],
                ssObjectId: record[fields.ssObjectId],
                diaSourceId: alertId
            ),
            ra: position.ra,
            dec: position.dec,
            mjd: mjd,
            timeScale: Self.timeScale,
            band: band,
            detections: [],
            quality: AlertQuality(
                reliability: record[fields.reliability].knownFloat,
                signalToNoise: record[fields.snr].knownFloat
            ),
            context: AlertContext(
                extendedness: record[fields.extendedness].knownFloat,
                solarSystem: solarSystem
            ),
            flags: solarSystem == nil ? [] : .solarSystem,
            cutouts: Cutouts(
                science: record[fields.science],
                template: record[fields.template],
                difference: record[fields.difference]
            )
        )
        alert.detections = try detections(packet, alertId, mjd, band)
        alert.forced = try forcedPhotometry(packet)
        alert.upperLimits = try upperLimits(packet)
        alert.orderHistory()
        return alert
    }

    /// The alert's own fluxes may be unknown (the pipeline could not fit), but not infinite, and errors not negative.
    private func ownPhotometryCheck(_ record: DecodedRecord) throws(PacketError) {
        for (name, field) in [
            ("diaSource.psfFlux", fields.source.psfFlux), ("diaSource.scienceFlux", fields.source.scienceFlux),
        ] {
            if let value = record[field], value.isInfinite { throw .noPhotometry(name, value) }
        }
        for (name, field) in [
            ("diaSource.psfFluxErr", fields.source.psfFluxErr),
            ("diaSource.scienceFluxErr", fields.source.scienceFluxErr),
        ] {
            if let value = record[field], value.isInfinite || value < 0 { throw .noPhotometry(name, value) }
        }
    }

    private func detections(
        _ packet: Packet,
        _ alertId: Int64,
        _ mjd: Double,
        _ band: Band
    ) throws(PacketError) -> [Detection] {
        let record = packet.record
        let previous = fields.previous
        let rows = record[fields.previousSources]
        var detections: [Detection] = []
        detections.reserveCapacity(rows + 1)
        for row in 0..<rows {
            let id = record[previous.id, row] ?? 0
            if id == alertId || record[previous.timeWithdrawn, row] != nil { continue }
            detections.append(
                Detection(
                    id: id,
                    mjd: try AlertTime.checked(mjd: record[previous.mjd, row], "prvDiaSources[\(row)].midpointMjdTai"),
                    band: bandTable.band(previous.band, row, in: packet),
                    difference: Self.difference(record, previous, row),
                    total: Self.total(record, previous, row)
                )
            )
        }
        detections.append(
            Detection(
                id: alertId,
                mjd: mjd,
                band: band,
                difference: Self.difference(record, fields.source, 0),
                total: Self.total(record, fields.source, 0)
            )
        )
        return detections
    }

    private func forcedPhotometry(_ packet: Packet) throws(PacketError) -> [ForcedPhotometry] {
        let record = packet.record
        let rows = record[fields.forcedSources]
        var forced: [ForcedPhotometry] = []
        forced.reserveCapacity(rows)
        for row in 0..<rows where record[fields.forced.timeWithdrawn, row] == nil {
            let difference = Self.difference(record, fields.forced, row)
            let total = Self.total(record, fields.forced, row)
            if difference.value.isNaN && total.value.isNaN { continue }
            forced.append(
                ForcedPhotometry(
                    id: record[fields.forced.id, row] ?? 0,
                    mjd: try AlertTime.checked(
                        mjd: record[fields.forced.mjd, row],
                        "prvDiaForcedSources[\(row)].midpointMjdTai"
                    ),
                    band: bandTable.band(fields.forced.band, row, in: packet),
                    difference: difference,
                    total: total
                )
            )
        }
        return forced
    }

    /// `diaNoise` is one standard deviation of a point source's flux in nJy; versions 7 only.
    private func upperLimits(_ packet: Packet) throws(PacketError) -> [UpperLimit] {
        let record = packet.record
        let rows = record[fields.nondetectionLimits]
        var limits: [UpperLimit] = []
        limits.reserveCapacity(rows)
        for row in 0..<rows {
            let noise = record[fields.limitNoise, row].deviation
            if noise.isNaN { continue }
            limits.append(
                UpperLimit(
                    mjd: try AlertTime.checked(
                        mjd: record[fields.limitMjd, row],
                        "prvDiaNondetectionLimits[\(row)].midpointMjdTai"
                    ),
                    band: bandTable.band(fields.limitBand, row, in: packet),
                    limit: 5 * noise
                )
            )
        }
        return limits
    }

    /// `psfFlux` is measured on the difference image, in nJy, negative where the source is fainter than the template.
    private static func difference(_ record: DecodedRecord, _ fields: LSSTSourceFields, _ row: Int) -> Flux {
        Flux(value: record[fields.psfFlux, row].orUnknown, error: record[fields.psfFluxErr, row].deviation)
    }

    /// `scienceFlux` is measured on the visit's own image, in nJy.
    private static func total(_ record: DecodedRecord, _ fields: LSSTSourceFields, _ row: Int) -> Flux {
        Flux(value: record[fields.scienceFlux, row].orUnknown, error: record[fields.scienceFluxErr, row].deviation)
    }
}
