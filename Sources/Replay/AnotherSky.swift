internal import Simulator

/// How the sky of one round differs from that of the files: turned around the pole, later by whole nights.
struct AnotherSky: Sendable {
    /// The round; 0 changes nothing.
    let round: Int
    /// Nights that are added to every time.
    let nights: Int
    /// Degrees that are added to every right ascension.
    let rotation: Double

    /// Nights after which times start again, so that no time leaves the century.
    private static let mostNights = 5_000
    /// The golden angle: no two rounds come near each other.
    private static let angle = 137.50776405003785

    init(round: Int) {
        self.round = round
        nights = round == 0 ? 0 : (round - 1) % Self.mostNights + 1
        rotation = Coordinates.wrapped(Double(round) * Self.angle)
    }

    /// A right ascension of this sky; what is no angle (-999, NaN) stays.
    func rotated(_ ra: Double) -> Double {
        guard ra >= 0, ra <= 360 else { return ra }
        return Coordinates.wrapped(ra + rotation)
    }

    /// A Julian or modified Julian date of this sky; what is no time (0, -999, NaN) stays.
    func later(_ days: Double) -> Double {
        guard days > 10_000, days < 10_000_000 else { return days }
        return days + Double(nights)
    }

    /// A night number of ZTF.
    func later(night: Int64) -> Int64 {
        night > -999 && night < 100_000 ? night + Int64(nights) : night
    }

    /// A processing id of ZTF, which is the night's number and nine more digits.
    func later(processing: Int64) -> Int64 {
        ReplayIdentities.isId(processing) ? processing &+ Int64(nights) * 1_000_000_000 : processing
    }

    /// Microseconds or milliseconds since 1970 of this sky.
    func later(_ time: Int64, unitsPerDay: Int64) -> Int64 {
        guard time > 0 else { return time }
        let shift = Int64(nights).multipliedReportingOverflow(by: unitsPerDay)
        let sum = time.addingReportingOverflow(shift.partialValue)
        return shift.overflow || sum.overflow ? time : sum.partialValue
    }
}
