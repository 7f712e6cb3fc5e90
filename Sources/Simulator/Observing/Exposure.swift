/// One exposure of one field.
struct Exposure: Sendable {
    /// Index of the field from 0.
    var field: Int
    /// Night, and number of the exposure of this field in it.
    var night: Int
    var visit: Int
    /// Time in the survey's own meaning (ZTF: UTC at the start; LSST: TAI at the middle).
    var mjd: Double
    var band: Passband
    /// Magnitude of a source of five standard deviations of the background.
    var limit: Double
    /// Full width at half maximum of a star in pixels.
    var seeing: Double
    /// Magnitude of one data number (ZTF).
    var zeroPoint: Double
    /// Background in data numbers (ZTF).
    var background: Double
    /// Seconds.
    var duration: Double
    /// Seed of the exposure's noise.
    var seed: UInt64

    /// Standard deviation of a source's flux from the background alone (nJy).
    var backgroundError: Double { Photometric.flux(limit) / 5 }
}
