internal import Avro
internal import Foundation
internal import Sky

extension LSST {
    /// The Solar System object that Rubin associates with the source: `ssObjectId`, neither null nor 0.
    func solarSystemMatch(_ packet: Packet, dec: Double) -> AlertContext.SolarSystemMatch? {
        let record = packet.record
        guard let ssObjectId = record[fields.ssObjectId], ssObjectId != 0 else { return nil }
        let solarSystem = fields.solarSystem
        let name =
            packet.name(solarSystem.designation) ?? packet.name(solarSystem.orbitDesignation) ?? "\(ssObjectId)"
        // Packets of the public stream in 2026 carry 0 for the predicted magnitude: no asteroid is as bright as Vega.
        let magnitude = record[solarSystem.magnitude].known.flatMap { $0 > 0 ? Float($0) : nil }
        return AlertContext.SolarSystemMatch(
            name: PackedDesignation.unpacked(name),
            distance: distance(packet, dec: dec).map { Float($0) },
            magnitude: magnitude
        )
    }

    /// Distance from the predicted position in arcseconds: `ephOffset` (the schemas give no unit; in real packets it is
    /// the distance of `ephRa`, `ephDec` in arcseconds), before version 10 from the residuals in degrees, of which
    /// that in right ascension is taken as a difference of coordinates (the schemas do not say).
    private func distance(_ packet: Packet, dec: Double) -> Double? {
        let record = packet.record
        let solarSystem = fields.solarSystem
        if let offset = record[solarSystem.offset].known, offset >= 0 { return offset }
        guard let residualRa = record[solarSystem.residualRa].known,
            let residualDec = record[solarSystem.residualDec].known
        else { return nil }
        return 3600 * hypot(residualRa * cos(dec * .pi / 180), residualDec)
    }
}
