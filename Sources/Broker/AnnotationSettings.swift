public import Sky
public import Survey

/// What an annotation holds, and which detections count as bogus.
public struct AnnotationSettings: Hashable, Sendable {
    /// Below which of the survey's own scores, and with which of its flags, a detection is bogus.
    public var quality: QualityRule
    /// How many nearest reference objects go out.
    public var neighbours: Int
    /// Whether the joint embedding goes out.
    public var embedding: Bool

    /// Settings with the defaults of `Config/trifid.yaml`.
    public init(quality: QualityRule = Surveys.qualityRule, neighbours: Int = 5, embedding: Bool = false) {
        self.quality = quality
        self.neighbours = neighbours
        self.embedding = embedding
    }

    /// Settings with the surveys' default flags and other scores.
    public init(drbBelow: Float, rbBelow: Float, reliabilityBelow: Float, neighbours: Int, embedding: Bool) {
        var quality = Surveys.qualityRule
        quality.deepRealBogusBelow = drbBelow
        quality.realBogusBelow = rbBelow
        quality.reliabilityBelow = reliabilityBelow
        self.init(quality: quality, neighbours: neighbours, embedding: embedding)
    }
}
