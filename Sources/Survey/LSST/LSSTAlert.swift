internal import Avro
internal import Sky

extension LSST {
    func alert(in packet: Packet) throws(PacketError) -> Alert {
        let record = packet.record
        guard let alertId = record[fields.alertId] else { throw .missing(.identity, "diaSource.diaSourceId") }
        try AlertBounds.check(record, fields.previousSources, fields.forcedSources, fields.nondetectionLimits)
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
            flags: solarSystem == nil ? [] : .solarSystem,
            cutouts: Cutouts(
                science: record[fields.science],
                template: record[fields.template],
                difference: record[fields.difference]
            )
        )
        alert.quality = quality(packet)
        alert.context = context(record)
        alert.context.solarSystem = solarSystem
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

    private func addDetections(_ packet: Packet, to alert: inout Alert) {
        let record = packet.record
        let previous = fields.previous
        let rows = record[fields.previousSources]
        alert.detections.reserveCapacity(rows + 1)
        for row in 0..<rows {
            let id = record[previous.id, row] ?? 0
            if id == alert.alertId { continue }
            guard var point = point(.detection, packet, previous, row), !point.hasNoFlux || point.isWithdrawn else {
                alert.leaveOutRow()
                continue
            }
            point.quality = PointQuality(
                score: record[previous.reliability, row].knownFloat ?? .nan,
                kind: .reliability,
                flags: QualityFlags(rawValue: record[previous.flags, row])
            )
            alert.detections.append(point)
        }
        alert.detections.append(
            PhotometricPoint(
                .detection,
                id: alert.alertId,
                mjd: alert.mjd,
                band: alert.band,
                difference: Self.difference(record, fields.source, 0),
                total: Self.total(record, fields.source, 0),
                quality: alert.quality.ofPoint
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
            if point.hasNoFlux, !point.isWithdrawn { continue }
            alert.forced.append(point)
        }
    }

    /// A row of the history; nil where its time is none.
    ///
    /// `timeWithdrawnMjdTai` is null or NaN where the row stands: packets as Rubin's pipeline writes them hold NaN.
    private func point(
        _ kind: LightCurve.Kind,
        _ packet: Packet,
        _ fields: LSSTSourceFields,
        _ row: Int
    ) -> PhotometricPoint? {
        let record = packet.record
        guard let mjd = record[fields.mjd, row], AlertTime.isPlausible(mjd) else { return nil }
        var point = PhotometricPoint(
            kind,
            id: record[fields.id, row] ?? 0,
            mjd: mjd,
            band: bandTable.band(fields.band, row, in: packet),
            difference: kind == .forced
                ? Self.forcedDifference(record, fields, row) : Self.difference(record, fields, row),
            total: Self.total(record, fields, row)
        )
        if let withdrawn = record[fields.timeWithdrawn, row], !withdrawn.isNaN { point.isWithdrawn = true }
        return point
    }

    /// `diaNoise` is one standard deviation of a point source's flux in nJy; versions 7 only.
    private func addUpperLimits(_ packet: Packet, to alert: inout Alert) {
        let record = packet.record
        let rows = record[fields.nondetectionLimits]
        alert.upperLimits.reserveCapacity(rows)
        for row in 0..<rows {
            let noise = record[fields.limitNoise, row].deviation
            guard let mjd = record[fields.limitMjd, row], AlertTime.isPlausible(mjd), !noise.isNaN else {
                alert.leaveOutRow()
                continue
            }
            alert.upperLimits.append(
                PhotometricPoint.upperLimit(
                    mjd: mjd,
                    band: bandTable.band(fields.limitBand, row, in: packet),
                    limit: 5 * noise
                )
            )
        }
    }

    /// `psfFlux` is measured on the difference image, in nJy, negative where the source is fainter than the template.
    private static func difference(_ record: DecodedRecord, _ fields: LSSTSourceFields, _ row: Int) -> Flux {
        Flux(value: record[fields.psfFlux, row].orUnknown, error: record[fields.psfFluxErr, row].deviation)
    }

    /// In forced photometry a difference flux of exactly 0, with an ordinary error, is none: 1,007 of 52,121 rows of real
    /// packets of version 10 have it, in bands in which the alert was never detected, while the total flux varies. There is
    /// no template to subtract.
    private static func forcedDifference(_ record: DecodedRecord, _ fields: LSSTSourceFields, _ row: Int) -> Flux {
        record[fields.psfFlux, row] == 0 ? .unknown : difference(record, fields, row)
    }

    /// `scienceFlux` is measured on the visit's own image, in nJy.
    private static func total(_ record: DecodedRecord, _ fields: LSSTSourceFields, _ row: Int) -> Flux {
        Flux(value: record[fields.scienceFlux, row].orUnknown, error: record[fields.scienceFluxErr, row].deviation)
    }
}
