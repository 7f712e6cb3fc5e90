/// How light curves and packets of a kind of object are varied when it is shown in training: `draws` of a node in the taxonomy.
/// What a node does not say is as its parent has it.
package struct DrawRule: Sendable, Hashable {
    /// What a survey's reference image shows where such an object is.
    package enum Place: String, Sendable, CaseIterable {
        /// What the packet shows that speaks for it.
        case anywhere
        /// The nucleus of a galaxy, at the very place.
        case nucleus
        /// The object itself, which was there before the event.
        case star
    }

    /// Was not there before its first point: a survey knows it as long as it is seen. Anything else a survey knows since it began.
    package var isTransient = false
    /// Repeats so fast that each night shows a random phase of it.
    package var isFast = false
    /// Days over which a curve may be interpolated.
    package var gap = 8.0
    /// Magnitudes to which it is scaled, so that the brightness does not tell the survey; nil: near its own.
    package var brightness: ClosedRange<Double>?
    package var place = Place.anywhere
    /// Degrees of galactic latitude within which two thirds of them lie; nil: as in the packet that speaks for it.
    package var latitude: Double?
    /// Classes whose labelled packets speak for an object that has none; nil: its own class.
    package var context: [String]?

    package init() {}

    /// Packets on whose nights a curve is tried before it is shown on its own: more where the brightness is drawn, since a faint one
    /// is often not detected.
    var triedPackets: Int { brightness == nil ? 4 : 8 }

    /// What stands under `draws`.
    ///
    /// - Throws: `RecipeError` naming file and line.
    init(_ section: RecipeSection, parent: DrawRule) throws(RecipeError) {
        self = parent
        isTransient = try section.flag("transient", isTransient)
        isFast = try section.flag("fast", isFast)
        gap = try section.number("gap", gap, in: 0...10_000)
        if let range = try section.numbers("brightness", in: -30...40) {
            guard range.count == 2, range[0] <= range[1] else {
                throw section.error(
                    nil,
                    "\(section.path("brightness")) must be two magnitudes, the brighter first: [16.3, 19.6]"
                )
            }
            brightness = range[0]...range[1]
        }
        place = try section.choice("place", place)
        let hasLatitude = section.has("latitude")
        let degrees = try section.number("latitude", 0, in: 0...90)
        if hasLatitude { latitude = degrees }
        context = try section.list("context") ?? context
        try section.end()
    }
}
