public import Sky

/// What an annotation holds, and below which of the survey's own scores a detection counts as bogus.
public struct AnnotationSettings: Hashable, Sendable {
    /// ZTF `drb` below which a detection is bogus; where a packet has no `drb`, its `rb` is held against `rbBelow`.
    public var drbBelow: Float
    /// ZTF `rb` below which a detection without `drb` is bogus.
    public var rbBelow: Float
    /// LSST `reliability` below which a detection is bogus.
    public var reliabilityBelow: Float
    /// How many nearest reference objects go out.
    public var neighbours: Int
    /// Whether the joint embedding goes out.
    public var embedding: Bool

    /// Settings with the defaults of `Config/trifid.yaml`.
    public init(
        drbBelow: Float = 0.5,
        rbBelow: Float = 0.55,
        reliabilityBelow: Float = 0.5,
        neighbours: Int = 5,
        embedding: Bool = false
    ) {
        self.drbBelow = drbBelow
        self.rbBelow = rbBelow
        self.reliabilityBelow = reliabilityBelow
        self.neighbours = neighbours
        self.embedding = embedding
    }

    /// Whether the survey's own score says that a detection is not real. A detection without any score is not bogus.
    public func isBogus(_ quality: AlertQuality) -> Bool {
        if let score = quality.deepRealBogus { return score < drbBelow }
        if let score = quality.realBogus { return score < rbBelow }
        if let score = quality.reliability { return score < reliabilityBelow }
        return false
    }
}
