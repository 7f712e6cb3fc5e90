/// Whether an object is known by more than one night.
///
/// A body of the Solar System that no survey has in its catalogue is seen at one place for one night and leaves nothing there: so
/// does a new transient far from any galaxy, on its first night, and an artefact. Of 1,550 unlabelled real packets of ZTF, neither
/// bogus nor known bodies, 555 were decided to be transients, 366 of them on a first night and 310 with nothing beside; of 20
/// labelled packets like these, 18 were no real sources. What a classifier says of them rests on nothing that tells the three
/// apart, and brokers ask for a second detection (ZTF's own avro filter, Masci et al. 2019; Fink, Moller et al. 2021).
extension Record {
    /// Days between two detections that no body would survive at one place, and that are of two nights.
    private static let night = 0.5
    /// Arcseconds within which a catalogued source is the object itself.
    private static let ownRadius: Float = 1.5
    /// Arcseconds within which a galaxy may be its host.
    private static let hostRadius: Float = 5
    /// Star/galaxy score below which a source is a galaxy.
    private static let galaxy: Float = 0.5

    /// Whether detections on two nights, a source or a galaxy beside, a catalogue's row or a spectrum say that there is an object at
    /// this place.
    public var isConfirmed: Bool {
        spectrum != nil || metadata != nil || hasTwoNights || hasCounterpart
    }

    private var hasTwoNights: Bool {
        if let first = alert.context.firstDetectionMjd, abs(alert.mjd - first) >= Self.night { return true }
        var (first, last) = (alert.mjd, alert.mjd)
        for point in lightCurve.points where point.kind == .detection {
            (first, last) = (min(first, point.mjd), max(last, point.mjd))
        }
        return last - first >= Self.night
    }

    /// Deviations of what a reference image shows at the place, the total flux less the difference, from nothing.
    private static let significance: Float = 5

    private var hasCounterpart: Bool {
        let context = alert.context
        let isInReference = lightCurve.points.contains { point in
            point.kind == .detection && point.totalFlux - point.flux >= Self.significance * point.totalFluxErr
        }
        if isInReference { return true }
        if [context.referenceSource?.distance, context.gaia?.distance].contains(where: Self.isOwn) { return true }
        return context.nearestSources.contains { source in
            Self.isOwn(source.distance)
                || source.distance <= Self.hostRadius && source.starGalaxyScore.map { $0 < Self.galaxy } ?? false
        }
    }

    private static func isOwn(_ distance: Float?) -> Bool { distance.map { $0 <= ownRadius } ?? false }
}
