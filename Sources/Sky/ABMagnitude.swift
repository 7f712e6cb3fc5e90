internal import Glibc

/// The AB system (Oke & Gunn 1983, ApJ 266, 713): a source of 3631 Jy has magnitude 0.
public enum ABMagnitude {
    /// The magnitude of 1 nJy, as the surveys round it: 8.90 for 1 Jy, and 2.5 log10 of the 10^9 nJy in it.
    public static let ofNanojansky = 31.4

    /// The magnitude of a flux above 0 in nJy.
    public static func of(_ flux: Double) -> Double { ofNanojansky - 2.5 * log10(flux) }

    /// The flux in nJy of a magnitude.
    public static func flux(of magnitude: Double) -> Double { pow(10, (ofNanojansky - magnitude) / 2.5) }
}
