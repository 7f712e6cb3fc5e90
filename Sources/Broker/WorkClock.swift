/// Tells a stream that is stuck from one that is idle: for how long there has been work without a commit. A value without
/// a clock of its own.
package struct WorkClock: Hashable, Sendable {
    /// When the work appeared, or the last commit while there was work; nil while there is none.
    private var since: Double?
    private var commits: Int64 = 0

    /// No work.
    package init() {}

    /// Takes note of the stream's state.
    ///
    /// - Parameters:
    ///   - hasWork: whether a batch is on the way or messages wait.
    ///   - commits: how many batches were committed so far.
    ///   - now: seconds of a clock that only goes forward.
    package mutating func observe(hasWork: Bool, commits: Int64, now: Double) {
        if !hasWork {
            since = nil
        } else if since == nil || commits != self.commits {
            since = now
        }
        self.commits = commits
    }

    /// Seconds for which there has been work without a commit; nil while there is no work.
    package func waiting(now: Double) -> Double? {
        since.map { max(0, now - $0) }
    }
}
