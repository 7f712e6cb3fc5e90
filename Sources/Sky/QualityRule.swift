/// Which measurements are no detections: below which scores, and with which of the surveys' flags.
///
/// The rule decides the flag `bogus` of an alert, and which rows of a history count as detections for a model. What is
/// stored is the survey's own quality; the rule is applied when a light curve is read, so that another setting needs
/// no other archive. Its digest goes with an annotation.
public struct QualityRule: Hashable, Sendable {
    /// ZTF `drb` below which a detection is bogus; where there is no `drb`, `rb` is held against `realBogusBelow`.
    public var deepRealBogusBelow: Float
    /// ZTF `rb` below which a detection without `drb` is bogus.
    public var realBogusBelow: Float
    /// LSST `reliability` below which a detection is bogus.
    public var reliabilityBelow: Float
    /// Flags of a survey of which one is enough to make a detection bogus.
    public var refusedFlags: [SurveyName: QualityFlags]

    /// A rule with the default scores, which are those of `Config/trifid.yaml`: 0.5, 0.55 and 0.5. The flags are the
    /// surveys' to name: `Surveys.qualityRule` has their defaults.
    public init(
        deepRealBogusBelow: Float = 0.5,
        realBogusBelow: Float = 0.55,
        reliabilityBelow: Float = 0.5,
        refusedFlags: [SurveyName: QualityFlags] = [:]
    ) {
        self.deepRealBogusBelow = deepRealBogusBelow
        self.realBogusBelow = realBogusBelow
        self.reliabilityBelow = reliabilityBelow
        self.refusedFlags = refusedFlags
    }

    /// The rule for the measurements of one survey.
    public func cut(of survey: SurveyName) -> QualityCut {
        QualityCut(
            deepRealBogusBelow: deepRealBogusBelow,
            realBogusBelow: realBogusBelow,
            reliabilityBelow: reliabilityBelow,
            refusedFlags: refusedFlags[survey] ?? []
        )
    }

    /// The rule in one text that is the same for equal rules: what its digest (SHA-256) is taken of. The first line
    /// numbers the way in which scores, flags and exposures are judged in code: it changes when that does.
    public var canonicalText: String {
        var lines = [
            "quality 1", "drb < \(deepRealBogusBelow)", "rb < \(realBogusBelow)", "reliability < \(reliabilityBelow)",
        ]
        for (survey, flags) in refusedFlags.sorted(by: { $0.key < $1.key }) where !flags.isEmpty {
            lines.append("\(survey) flags \(String(flags.rawValue, radix: 16))")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// A `QualityRule` for the measurements of one survey.
public struct QualityCut: Hashable, Sendable {
    let deepRealBogusBelow: Float
    let realBogusBelow: Float
    let reliabilityBelow: Float
    let refusedFlags: QualityFlags

    /// Whether a measurement of this quality is no detection. One without score and flags is one.
    public func refuses(_ quality: PointQuality) -> Bool {
        if !quality.flags.isDisjoint(with: refusedFlags) { return true }
        return switch quality.kind {
        case .none: false
        case .realBogus: quality.score < realBogusBelow
        case .deepRealBogus: quality.score < deepRealBogusBelow
        case .reliability: quality.score < reliabilityBelow
        }
    }
}
