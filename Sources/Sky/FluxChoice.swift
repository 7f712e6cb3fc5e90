/// Which of its fluxes an object is looked at by, for models that know only one (the published AstroM3).
///
/// Those models were trained on total fluxes. A survey that works on difference images gives the total only where it knows
/// the source of the reference image, which a transient has not. The choice is made once, at the object's first alert, and
/// kept with the object: a light curve that changed from one to the other would show a step that is not there. The raw
/// values are stored.
public enum FluxChoice: Int16, Hashable, Sendable, CaseIterable {
    /// Reference and difference together.
    case total = 0
    /// The difference image's.
    case difference = 1

    /// The choice at an object's first alert, or where nothing is known but a packet: total flux where the packet's first
    /// detection up to the alert has one with an error, else difference flux.
    public init(packetOf alert: Alert) {
        self.init(detections: alert.detections, upTo: alert.mjd)
    }

    /// The choice by a packet's detections up to its alert's time.
    public init(detections: some Sequence<PhotometricPoint>, upTo mjd: Double) {
        let known = detections.filter { $0.mjd <= mjd }
        let first = known.min { $0.mjd < $1.mjd }
        self = first.map { $0.totalFlux.isFinite && $0.totalFluxErr.isFinite } == true ? .total : .difference
    }
}
