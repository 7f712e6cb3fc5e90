/// How much a log line matters.
package enum LogLevel: String, Sendable, CaseIterable, Comparable {
    /// Every step, for finding a fault.
    case debug
    /// What an operator may want to read later.
    case info
    /// Something is wrong, the work goes on.
    case warning
    /// Something failed.
    case error

    private var rank: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .warning: 2
        case .error: 3
        }
    }

    /// Orders by weight.
    package static func < (left: LogLevel, right: LogLevel) -> Bool { left.rank < right.rank }
}
