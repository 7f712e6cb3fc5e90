/// How real the survey holds a detection to be; each value is nil where the survey does not give it.
public struct AlertQuality: Hashable, Sendable {
    /// ZTF `rb`: real/bogus score of the random forest, 0 to 1.
    public var realBogus: Float?
    /// Version of the classifier that gave `realBogus` (ZTF `rbversion`).
    public var realBogusVersion: String?
    /// ZTF `drb`: real/bogus score of the neural network, 0 to 1.
    public var deepRealBogus: Float?
    /// Version of the classifier that gave `deepRealBogus` (ZTF `drbversion`).
    public var deepRealBogusVersion: String?
    /// LSST `reliability`, 0 to 1.
    public var reliability: Float?
    /// Version of the classifier that gave `reliability` (LSST `reliabilityVersion`, from version 11.1 on).
    public var reliabilityVersion: String?
    /// Signal to noise ratio of the detection.
    public var signalToNoise: Float?
    /// The survey's flags of the detection; `Surveys.names(of:survey:)` tells their names.
    public var flags: QualityFlags

    /// Quality with nothing known unless given.
    public init(
        realBogus: Float? = nil,
        deepRealBogus: Float? = nil,
        reliability: Float? = nil,
        signalToNoise: Float? = nil,
        flags: QualityFlags = []
    ) {
        self.realBogus = realBogus
        self.deepRealBogus = deepRealBogus
        self.reliability = reliability
        self.signalToNoise = signalToNoise
        self.flags = flags
    }

    /// The same as the quality of a point: of the scores the one that the quality rule judges by.
    public var ofPoint: PointQuality {
        if let deepRealBogus { return PointQuality(score: deepRealBogus, kind: .deepRealBogus, flags: flags) }
        if let realBogus { return PointQuality(score: realBogus, kind: .realBogus, flags: flags) }
        if let reliability { return PointQuality(score: reliability, kind: .reliability, flags: flags) }
        return PointQuality(flags: flags)
    }
}
