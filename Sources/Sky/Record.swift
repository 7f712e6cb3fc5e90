/// An alert with everything that was known of its object at that moment: what a model takes in.
public struct Record: Hashable, Sendable {
    /// The alert itself.
    public var alert: Alert
    /// All points known up to the alert's own time, the alert's own among them.
    public var lightCurve: LightCurve
    /// The object's spectrum, where one is known.
    public var spectrum: Spectrum?
    /// The object's catalogue metadata, where known.
    public var metadata: Metadata?

    /// A record.
    public init(alert: Alert, lightCurve: LightCurve, spectrum: Spectrum? = nil, metadata: Metadata? = nil) {
        self.alert = alert
        self.lightCurve = lightCurve
        self.spectrum = spectrum
        self.metadata = metadata
    }
}
