/// An alert with everything that was known of its object at that moment: what a model takes in.
public struct Record: Hashable, Sendable {
    /// The alert itself.
    public var alert: Alert
    /// All points known up to the alert's own time, the alert's own among them.
    public var lightCurve: LightCurve
    /// Total or difference flux, for models that know only one.
    public var fluxChoice: FluxChoice
    /// The object's spectrum, where one is known.
    public var spectrum: Spectrum?
    /// The object's catalogue metadata, where known.
    public var metadata: Metadata?
    /// The period of the light curve, where it has been found already; nil: a model that needs it looks for it.
    public var period: Period?

    /// A record. Without a choice of flux, that of the packet holds: give the object's, where it is known.
    public init(
        alert: Alert,
        lightCurve: LightCurve,
        fluxChoice: FluxChoice? = nil,
        spectrum: Spectrum? = nil,
        metadata: Metadata? = nil,
        period: Period? = nil
    ) {
        self.alert = alert
        self.lightCurve = lightCurve
        self.fluxChoice = fluxChoice ?? FluxChoice(packetOf: alert)
        self.spectrum = spectrum
        self.metadata = metadata
        self.period = period
    }
}
