internal import Sky

/// Points of an object's light curve as they are stored: which are one measurement, which are the same.
extension PhotometricPoint {
    /// Equal to the bit in everything that is stored, NaN as NaN.
    func isSame(as other: PhotometricPoint) -> Bool {
        func same(_ left: Double, _ right: Double) -> Bool {
            left.bitPattern == right.bitPattern || (left.isNaN && right.isNaN)
        }
        return kind == other.kind && id == other.id && same(mjd, other.mjd) && same(flux, other.flux)
            && same(fluxErr, other.fluxErr) && same(totalFlux, other.totalFlux)
            && same(totalFluxErr, other.totalFluxErr) && band == other.band && quality == other.quality
            && programId == other.programId && isChosen == other.isChosen && isWithdrawn == other.isWithdrawn
    }

    /// Which measurement it is a version of.
    var measurement: Measurement {
        kind == .detection && id != 0
            ? Measurement(kind: kind, band: nil, value: UInt64(bitPattern: id))
            : Measurement(kind: kind, band: band, value: mjd.bitPattern)
    }
}

/// What makes two points versions of one measurement: a detection's id where it has one, else kind, band and time.
struct Measurement: Hashable {
    let kind: LightCurve.Kind
    /// Nil where the id tells.
    let band: Band?
    let value: UInt64

    func hash(into hasher: inout Hasher) {
        // Bands at one time to the bit are few.
        hasher.combine(value ^ (UInt64(kind.rawValue) << 56))
    }
}

/// What one alert's packet adds to its object: a row of the table `detections`.
struct Contribution {
    var objectId: Int64
    var rowNumber: Int32
    var firstPoint: Int32
    var alertId: Int64
    var alertMJD: Double
    /// Points and versions of points that were not stored before.
    var points: [PhotometricPoint]
    /// Runs of stored points that the packet repeated: number of the first, how many.
    var repeated: [Int32]

    /// How late the packet is.
    var rank: Exposures.PacketRank { Exposures.PacketRank(mjd: alertMJD, alertId: alertId, row: rowNumber) }
}
