/// Which of the three modalities an answer rests on.
public struct ModalitySet: OptionSet, Hashable, Sendable, CustomStringConvertible {
    /// The bits of the set.
    public let rawValue: UInt8

    /// A set of the given bits.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The light curve.
    public static let photometry = ModalitySet(rawValue: 1 << 0)
    /// A spectrum.
    public static let spectrum = ModalitySet(rawValue: 1 << 1)
    /// Catalogue metadata.
    public static let metadata = ModalitySet(rawValue: 1 << 2)

    /// Every set that is not empty, photometry alone first.
    public static let allSubsets = (UInt8(1)...7).map(ModalitySet.init(rawValue:))

    private static let names: [(ModalitySet, String)] = [
        (.photometry, "photometry"), (.spectrum, "spectrum"), (.metadata, "metadata"),
    ]

    /// The names joined by `+`, as models and metrics write them: `photometry+metadata`; empty for the empty set.
    public var description: String {
        Self.names.filter { contains($0.0) }.map(\.1).joined(separator: "+")
    }

    /// Reads a name such as `photometry+metadata`; nil where it is not one of the seven.
    public init?(name: String) {
        guard let found = Self.allSubsets.first(where: { $0.description == name }) else { return nil }
        self = found
    }
}
