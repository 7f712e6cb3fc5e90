/// How good the survey holds a measurement to be: one score of a named kind, and the survey's flags.
public struct PointQuality: Hashable, Sendable {
    /// What a score is. The numbers are stored: only ever add.
    public enum Score: UInt8, Hashable, Sendable, CaseIterable {
        /// The survey gives none.
        case none = 0
        /// ZTF `rb`: real/bogus score of the random forest, 0 to 1.
        case realBogus = 1
        /// ZTF `drb`: real/bogus score of the neural network, 0 to 1.
        case deepRealBogus = 2
        /// LSST `reliability`, 0 to 1.
        case reliability = 3

        /// The name as it goes out; nil where there is no score.
        public var name: String? {
            switch self {
            case .none: nil
            case .realBogus: "real-bogus"
            case .deepRealBogus: "deep-real-bogus"
            case .reliability: "reliability"
            }
        }
    }

    /// The survey's flags, whose names the survey's folder declares.
    public var flags: QualityFlags
    /// The score, NaN where `kind` is `none`.
    public var score: Float
    /// What the score is.
    public var kind: Score

    /// Quality with nothing known unless given. A score that is NaN is none.
    public init(score: Float = .nan, kind: Score = .none, flags: QualityFlags = []) {
        self.flags = flags
        self.score = kind == .none ? .nan : score
        self.kind = score.isNaN ? .none : kind
    }

    /// Qualities are one and the same when flags, kind and score agree (NaN agrees with NaN).
    public static func == (left: PointQuality, right: PointQuality) -> Bool {
        left.flags == right.flags && left.kind == right.kind
            && (left.score == right.score || (left.score.isNaN && right.score.isNaN))
    }

    /// Hashes what `==` compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(flags)
        hasher.combine(kind)
        hasher.combine(score.isNaN ? 0 : score)
    }
}

/// Flags of a measurement as its survey sets them. Which bit means what is the survey's: its folder in the module
/// `Survey` declares the names, bit by bit. The bits are stored in the archive, so that names are only ever added.
public struct QualityFlags: OptionSet, Hashable, Sendable {
    /// The bits.
    public let rawValue: UInt64

    /// Flags of the given bits.
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// The flag of one bit, 0 to 63.
    public init(bit: Int) {
        rawValue = 1 << UInt64(bit)
    }
}
