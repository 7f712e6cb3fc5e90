/// A spectrum of an object, in the observed frame.
public struct Spectrum: Hashable, Sendable {
    /// The archive's id of the spectrum, 0 for one that is not in an archive.
    public var id: Int64
    /// Vacuum wavelengths in Ångström, rising. Empty where only the embedding was read.
    public var wavelength: [Float]
    /// Flux density at each wavelength, in any linear unit.
    public var flux: [Float]
    /// The third channel of the model at each wavelength: LAMOST's inverse variance in the published model, else one
    /// standard deviation of the flux. Empty where unknown.
    public var uncertainty: [Float]
    /// Time of the observation (MJD), NaN where unknown.
    public var mjd: Double
    /// Where it comes from: an instrument or a catalogue.
    public var source: String
    /// The unit embedding of this spectrum under the model at hand, where the archive already holds it.
    public var embedding: [Float]?

    /// A spectrum.
    public init(
        id: Int64 = 0,
        wavelength: [Float],
        flux: [Float],
        uncertainty: [Float] = [],
        mjd: Double = .nan,
        source: String = "",
        embedding: [Float]? = nil
    ) {
        self.id = id
        self.wavelength = wavelength
        self.flux = flux
        self.uncertainty = uncertainty
        self.mjd = mjd
        self.source = source
        self.embedding = embedding
    }
}
