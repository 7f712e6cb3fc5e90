/// Whether a detection is known to be of an object that stays where it is.
///
/// A body of the Solar System that no survey has in its catalogue is seen at one place for one night and leaves nothing there: so
/// does a new transient far from any catalogued galaxy, on its first night, and an artefact. What a classifier says of them rests on
/// nothing that tells the three apart; the shipped one called them supernovae. Of 1,193 real packets of ZTF without a label, neither
/// bogus nor known bodies, it would decide 396 to be transients, of which 231 were of one night with nothing beside.
///
/// Measured on unaltered real packets. Were the survey's association with known bodies missing, 832 of the alerts of 859 would stay
/// unconfirmed; of the 228 whose packet names sources of a catalogue, 202. Of labelled supernovae 4 of 23 have nothing beside, and
/// wait for a second detection or night; no other labelled object does. Fink's `roid_catcher` (fink-science, ztf/asteroids) has the
/// same aim by one catalogue and half an hour.
extension Record {
    /// The alert's flags, and `unconfirmed` where nothing says that there is an object at this place.
    public var flags: AlertFlags { isConfirmed ? alert.flags : alert.flags.union(.unconfirmed) }

    /// Days between detections of two nights: of any two of one place none are 0.3 to 0.8 days apart. Hardly any body stays so long.
    private static let night = 0.5
    /// Days within which a body has left its place, 43 minutes: in the main belt it goes 36 arcseconds in an hour, near opposition. Of
    /// 859 known ones two were seen twice at one place, 32 and 34 minutes apart.
    private static let departure = 0.03
    /// Arcseconds within which a galaxy may be its host.
    private static let hostRadius: Float = 5
    /// Star/galaxy score below which a source is a galaxy.
    private static let galaxy: Float = 0.5

    /// Whether detections at two times, a source or a galaxy beside, a catalogue's row or a spectrum say that there is an object at
    /// this place.
    public var isConfirmed: Bool {
        spectrum != nil || metadata != nil || hasStayed || hasCounterpart
    }

    /// Detected on two nights, or twice at some distance in one and each time brighter than the reference.
    private var hasStayed: Bool {
        if let first = alert.context.firstDetectionMjd, abs(alert.mjd - first) >= Self.night { return true }
        var (nights, brighter) = (Span(), Span())
        nights.add(alert.mjd)
        for point in lightCurve.points where point.kind == .detection {
            nights.add(point.mjd)
            if point.flux > 0 { brighter.add(point.mjd) }
        }
        return nights.days >= Self.night || brighter.days >= Self.departure
    }

    private struct Span {
        private var first = Double.infinity
        private var last = -Double.infinity

        var days: Double { last - first }

        mutating func add(_ mjd: Double) { (first, last) = (min(first, mjd), max(last, mjd)) }
    }

    /// Deviations of what a reference image shows at the place, the total flux less the difference, from nothing.
    private static let significance: Float = 5
    /// The least of it, in parts of the difference: total and difference fluxes of LSST differ by up to a tenth for bright bodies
    /// with nothing below them, which their errors do not know.
    private static let scale: Float = 0.1

    private var hasCounterpart: Bool {
        let context = alert.context
        let isInReference = lightCurve.points.contains { point in
            let below = point.totalFlux - point.flux
            return point.kind == .detection && below >= Self.significance * point.totalFluxErr
                && below > Self.scale * abs(point.flux)
        }
        if isInReference { return true }
        if [context.referenceSource?.distance, context.gaia?.distance].contains(where: Self.isOwn) { return true }
        return context.nearestSources.contains { source in
            Self.isOwn(source.distance)
                || source.distance <= Self.hostRadius && source.starGalaxyScore.map { $0 < Self.galaxy } ?? false
        }
    }

    private static func isOwn(_ distance: Float?) -> Bool { distance.map { $0 <= AlertContext.ownRadius } ?? false }
}
