package import Sky
import Survey

/// What an annotation holds, and which detections count as bogus.
package struct AnnotationSettings: Hashable, Sendable {
    /// Below which of the survey's own scores, and with which of its flags, a detection is bogus.
    package var quality: QualityRule
    /// How many nearest reference objects go out.
    package var neighbours: Int
    /// Whether the joint embedding goes out.
    package var embedding: Bool

    /// Settings with the defaults of `Config/trifid.yaml`.
    package init(quality: QualityRule = Surveys.qualityRule, neighbours: Int = 5, embedding: Bool = false) {
        self.quality = quality
        self.neighbours = neighbours
        self.embedding = embedding
    }

    /// Settings with other scores and flags.
    ///
    /// - Parameter bogusFlags: names of flags, each counting for the surveys that have it.
    package init(
        drbBelow: Float,
        rbBelow: Float,
        reliabilityBelow: Float,
        bogusFlags: [String],
        neighbours: Int,
        embedding: Bool
    ) {
        var quality = QualityRule(
            deepRealBogusBelow: drbBelow,
            realBogusBelow: rbBelow,
            reliabilityBelow: reliabilityBelow
        )
        for survey in Surveys.names {
            var flags = QualityFlags()
            for (bit, name) in Surveys.flagNames(of: survey).enumerated() where bogusFlags.contains(name) {
                flags.insert(QualityFlags(bit: bit))
            }
            if !flags.isEmpty { quality.refusedFlags[survey] = flags }
        }
        self.init(quality: quality, neighbours: neighbours, embedding: embedding)
    }
}
