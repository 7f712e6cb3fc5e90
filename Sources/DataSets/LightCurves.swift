/// The light curves of a data set, their points one after the other, an object's together and by time.
package struct LightCurves: Sendable {
    /// What a point is.
    package struct Kind: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        /// The flux is the limit above which it would have been detected.
        package static let limit = Kind(rawValue: 1)
        /// Of the change against a reference image; else of the object itself.
        package static let difference = Kind(rawValue: 2)
    }

    /// The points of each object, by its number.
    package internal(set) var ranges: [Range<Int>] = []
    /// Modified Julian Date.
    package internal(set) var times: [Double] = []
    /// nJy.
    package internal(set) var fluxes: [Float] = []
    /// nJy; NaN where it is not known.
    package internal(set) var errors: [Float] = []
    /// nJy, of points of the `difference` kind: the object's whole flux where it is known as well, else NaN. Empty where the data
    /// set has no such column, as `totalErrors`.
    package internal(set) var totals: [Float] = []
    /// nJy; NaN where it is not known.
    package internal(set) var totalErrors: [Float] = []
    /// Number of the band in the description.
    package internal(set) var bands: [UInt16] = []
    package internal(set) var kinds: [Kind] = []

    package init() {}

    /// How many points there are.
    package var count: Int { times.count }
}
