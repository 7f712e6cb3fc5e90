/// The AB system (Oke & Gunn 1983, ApJ 266, 713): a source of 3631 Jy has magnitude 0.
public enum ABMagnitude {
    /// The magnitude of 1 nJy, as the surveys round it: 8.90 for 1 Jy, and 2.5 log10 of the 10^9 nJy in it.
    public static let ofNanojansky = 31.4
}
