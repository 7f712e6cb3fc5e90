/// What a band shows: surveys differ in bands, and not in these.
package enum BandColour: Sendable {
    /// Below 560 nm: u, g.
    case blue
    /// r and beyond.
    case red

    /// The colour of a band; nil where the wavelength (nm) is not known.
    package init?(wavelength: Float) {
        guard wavelength.isFinite, wavelength > 0 else { return nil }
        self = wavelength < 560 ? .blue : .red
    }
}
