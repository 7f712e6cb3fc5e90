internal import Avro
internal import Sky

extension ELAsTiCC {
    func alert(in packet: Packet) throws(PacketError) -> Alert {
        let record = packet.record
        guard let sourceId = record[fields.source.id] else { throw .missing(.identity, "diaSource.diaSourceId") }
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
            detections: try detections(packet, sourceId),
            upperLimits: try upperLimits(packet),
            forced: try forcedPhotometry(packet),
            quality: AlertQuality(signalToNoise: record[fields.snr].knownFloat),
            cutouts: Cutouts(template: record[fields.template], difference: record[fields.difference])
        )
        alert.orderHistory()
        return alert
    }

    private func detections(_ packet: Packet, _ sourceId: Int64) throws(PacketError) -> [Detection] {
        let record = packet.record
        let rows = record[fields.previousSources]
        var detections: [Detection] = []
        detections.reserveCapacity(rows + 1)
        for row in 0..<rows where record[fields.previous.id, row] != sourceId {
            detections.append(try detection(packet, fields.previous, row, "prvDiaSources[\(row)]"))
        }
        detections.append(try detection(packet, fields.source, 0, "diaSource"))
        return detections
    }

    private func detection(
        _ packet: Packet,
        _ fields: ELAsTiCCSourceFields,
        _ row: Int,
        _ place: @autoclosure () -> String
    ) throws(PacketError) -> Detection {
        let record = packet.record
        return Detection(
            id: record[fields.id, row] ?? 0,
            mjd: try AlertTime.checked(mjd: record[fields.mjd, row], place() + ".midPointTai"),
            band: bandTable.band(fields.band, row, in: packet),
            difference: Self.flux(record[fields.psFlux, row], record[fields.psFluxErr, row]),
            total: Self.flux(record[fields.totFlux, row], record[fields.totFluxErr, row])
        )
    }

    private func forcedPhotometry(_ packet: Packet) throws(PacketError) -> [ForcedPhotometry] {
        let record = packet.record
        let rows = record[fields.forcedSources]
        var points: [ForcedPhotometry] = []
        points.reserveCapacity(rows)
        for row in 0..<rows {
            let difference = Self.flux(record[fields.forced.psFlux, row], record[fields.forced.psFluxErr, row])
            let total = Self.flux(record[fields.forced.totFlux, row], record[fields.forced.totFluxErr, row])
            if difference.value.isNaN && total.value.isNaN { continue }
            points.append(
                ForcedPhotometry(
                    id: record[fields.forced.id, row] ?? 0,
                    mjd: try AlertTime.checked(
                        mjd: record[fields.forced.mjd, row],
                        "prvDiaForcedSources[\(row)].midPointTai"
                    ),
                    band: bandTable.band(fields.forced.band, row, in: packet),
                    difference: difference,
                    total: total
                )
            )
        }
        return points
    }

    /// `diaNoise` is one standard deviation in FLUXCAL.
    private func upperLimits(_ packet: Packet) throws(PacketError) -> [UpperLimit] {
        let record = packet.record
        var limits: [UpperLimit] = []
        for row in 0..<record[fields.nondetectionLimits] {
            let noise = record[fields.limitNoise, row].deviation
            if noise.isNaN { continue }
            limits.append(
                UpperLimit(
                    mjd: try AlertTime.checked(
                        mjd: record[fields.limitMjd, row],
                        "prvDiaNondetectionLimits[\(row)].midPointTai"
                    ),
                    band: bandTable.band(fields.limitBand, row, in: packet),
                    limit: 5 * noise * Self.nanojanskyPerFluxcal
                )
            )
        }
        return limits
    }

    private static func flux(_ value: Double?, _ error: Double?) -> Flux {
        Flux(value: value.orUnknown, error: error.deviation) * nanojanskyPerFluxcal
    }
}
