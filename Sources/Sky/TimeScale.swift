/// What a survey's times mean. Times are never shifted from one to another silently.
public enum TimeScale: String, Hashable, Sendable, CaseIterable {
    /// UTC at the start of the exposure (ZTF `jd`).
    case utcStart = "utc-start"
    /// TAI at the middle of the exposure (LSST `midpointMjdTai`).
    case taiMiddle = "tai-middle"
}
