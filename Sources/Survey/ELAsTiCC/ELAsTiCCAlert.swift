internal import Avro
internal import Sky

extension ELAsTiCC {
    func alert(in packet: Packet) throws(PacketError) -> Alert {
        let record = packet.record
        guard let sourceId = record[fields.source.id] else { throw .missing(.identity, "diaSource.diaSourceId") }
        try AlertBounds.check(record, fields.previousSources, fields.forcedSources, fields.nondetectionLimits)
        let position = try Position.check(
            ra: record[fields.ra],
            "diaSource.ra",
            dec: record[fields.dec],
            "diaSource.decl"
        )
        let mjd = try AlertTime.checked(mjd: record[fields.source.mjd], "diaSource.midPointTai")
        let flux = record[fields.source.psFlux]
        guard flux.known != nil else { throw .noPhotometry("diaSource.psFlux", flux) }
        let fluxErr = record[fields.source.psFluxErr]
        guard !fluxErr.deviation.isNaN else { throw .noPhotometry("diaSource.psFluxErr", fluxErr) }

        var alert = Alert(
            survey: Self.name,
            schemaVersion: packet.schemaVersion,
            alertId: sourceId,
            objectId: ObjectIdentity.name(
                diaObjectId: record[fields.diaObjectId],
                ssObjectId: nil,
                diaSourceId: sourceId
            ),
            ra: position.ra,
            dec: position.dec,
            mjd: mjd,
            timeScale: Self.timeScale,
            band: try bandTable.ownBand(fields.source.band, "diaSource.filterName", in: packet),
            detections: [],
            quality: AlertQuality(signalToNoise: Self.signalToNoise(flux, fluxErr)),
            cutouts: Cutouts(template: record[fields.template], difference: record[fields.difference])
        )
        addDetections(packet, to: &alert)
        addForcedPhotometry(packet, to: &alert)
        addUpperLimits(packet, to: &alert)
        alert.finish(
            rows: record[fields.previousSources],
            id: { record[fields.previous.id, $0] },
            position: { (record[fields.previousRa, $0], record[fields.previousDec, $0]) }
        )
        return alert
    }

    private func addDetections(_ packet: Packet, to alert: inout Alert) {
        let record = packet.record
        let rows = record[fields.previousSources]
        alert.detections.reserveCapacity(rows + 1)
        for row in 0..<rows where record[fields.previous.id, row] != alert.alertId {
            guard let point = point(.detection, packet, fields.previous, row), !point.hasNoFlux else {
                alert.leaveOutRow()
                continue
            }
            alert.detections.append(point)
        }
        alert.detections.append(
            PhotometricPoint(
                .detection,
                id: alert.alertId,
                mjd: alert.mjd,
                band: alert.band,
                difference: Self.flux(record[fields.source.psFlux], record[fields.source.psFluxErr]),
                total: Self.total(record[fields.source.totFlux], record[fields.source.totFluxErr])
            )
        )
    }

    private func addForcedPhotometry(_ packet: Packet, to alert: inout Alert) {
        let rows = packet.record[fields.forcedSources]
        alert.forced.reserveCapacity(rows)
        for row in 0..<rows {
            guard let point = point(.forced, packet, fields.forced, row) else {
                alert.leaveOutRow()
                continue
            }
            // A row without a flux measured nothing.
            if !point.hasNoFlux { alert.forced.append(point) }
        }
    }

    /// A row of the history; nil where its time is none.
    private func point(
        _ kind: LightCurve.Kind,
        _ packet: Packet,
        _ fields: ELAsTiCCSourceFields,
        _ row: Int
    ) -> PhotometricPoint? {
        let record = packet.record
        guard let mjd = record[fields.mjd, row], AlertTime.isPlausible(mjd) else { return nil }
        return PhotometricPoint(
            kind,
            id: record[fields.id, row] ?? 0,
            mjd: mjd,
            band: bandTable.band(fields.band, row, in: packet),
            difference: Self.flux(record[fields.psFlux, row], record[fields.psFluxErr, row]),
            total: Self.total(record[fields.totFlux, row], record[fields.totFluxErr, row])
        )
    }

    /// `diaNoise` is one standard deviation in FLUXCAL.
    private func addUpperLimits(_ packet: Packet, to alert: inout Alert) {
        let record = packet.record
        for row in 0..<record[fields.nondetectionLimits] {
            let noise = record[fields.limitNoise, row].deviation
            guard let mjd = record[fields.limitMjd, row], AlertTime.isPlausible(mjd), !noise.isNaN else {
                alert.leaveOutRow()
                continue
            }
            alert.upperLimits.append(
                PhotometricPoint.upperLimit(
                    mjd: mjd,
                    band: bandTable.band(fields.limitBand, row, in: packet),
                    limit: 5 * noise * Self.nanojanskyPerFluxcal
                )
            )
        }
    }

    /// `snr` is a placeholder: 41.1 in 4,506 of 4,509 records, whatever the flux.
    private static func signalToNoise(_ flux: Double?, _ error: Double?) -> Float? {
        guard let flux = flux.known, let error = error.known, error > 0 else { return nil }
        return Float(flux / error)
    }

    /// `totFlux` -1 with `totFluxErr` 1 is a placeholder: it stands in every row of forced photometry that has them.
    private static func total(_ value: Double?, _ error: Double?) -> Flux {
        value == -1 && error == 1 ? .unknown : flux(value, error)
    }

    private static func flux(_ value: Double?, _ error: Double?) -> Flux {
        Flux(value: value.orUnknown, error: error.deviation) * nanojanskyPerFluxcal
    }
}
