import Archive
import Kafka
import Postgres
import Survey

/// Tells errors that pass, after which the stream starts again by itself, from those that end it.
enum Trouble {
    /// The database is out of reach, and was told so before.
    struct NoDatabase: Error, CustomStringConvertible {
        var description: String { "the database is out of reach" }
    }

    static let noDatabase = NoDatabase()

    /// Whether the stream may go on when it starts again.
    static func passes(_ error: any Error) -> Bool {
        switch error {
        case is NoDatabase, is CancellationError: true
        case let error as PacketError: error.isTransient
        case let error as PostgresError: error.isRetriable
        case ArchiveError.formerSession, ArchiveError.dispossessed: true
        // A message that is refused for its size after the database's commit would be refused again, for ever.
        case let error as KafkaError: !error.isFenced && !isForbidden(error) && error.code != .messageTooLarge
        default: false
        }
    }

    /// Whether the session that holds the worker's name is to be made anew. Where the server has only refused or cancelled a
    /// statement it is as good as before, and another process may be waiting for the name.
    static func isOfDatabase(_ error: any Error) -> Bool {
        guard let error = error as? PostgresError else { return false }
        let state = error.sqlState ?? ""
        // A server that stops says so before it ends the sessions; one that has become a standby keeps them.
        return error.kind != .server || state.hasPrefix("57P") || state == "25006"
    }

    /// The error to end with.
    static func final(_ error: any Error, worker: String) -> any Error {
        if let error = error as? KafkaError, error.isFenced {
            return StreamError.fenced(worker: worker, detail: error.reason)
        }
        return error
    }

    private static func isForbidden(_ error: KafkaError) -> Bool {
        [.topicForbidden, .groupForbidden, .transactionalIDForbidden, .authentication].contains(error.code)
    }
}

/// How long to wait before the next try: twice as long after each failure, within bounds.
struct Backoff: Hashable {
    private var failures = 0
    /// When the last failure came; a commit after it ends the row.
    private(set) var since = 0.0

    /// Whether the last try failed and nothing was committed since.
    var isWaiting: Bool { failures > 0 }

    /// How long everything must have stood in its place without work until that counts as mended, in seconds: what waits
    /// in Kafka is known a moment after the start only.
    private static let idleSeconds = 5.0

    /// Whether the row of failures is over: by a commit after the last one, or because nothing has failed since and there
    /// is nothing to do.
    ///
    /// - Parameters, on the clock of `next(now:)`:
    ///   - lastCommit: nil is none so far.
    ///   - idleSince: since when everything is in its place and there is no work; nil is not so.
    func isOver(lastCommit: Double?, idleSince: Double? = nil, now: Double) -> Bool {
        guard isWaiting else { return false }
        if let lastCommit, lastCommit > since { return true }
        return idleSince.map { $0 > since && now - $0 >= Self.idleSeconds } == true
    }

    /// Seconds to wait after one more failure at `now`, in seconds of a clock that only goes forward.
    mutating func next(now: Double) -> Double {
        failures += 1
        since = now
        return min(10, 0.2 * Double(1 << min(failures - 1, 6)))
    }

    /// Whether a fenced consumer may have been fenced by itself: where Kafka goes away in the middle of a rebalance, it
    /// may take a worker's second attempt to join for another process. The claim in the database is ours, and another
    /// process of our name on another database fences the producer as well, which is final.
    func mayBeOwnGhost(_ error: any Error) -> Bool {
        (error as? KafkaError)?.code == .fencedInstance && failures < 5
    }

    /// The stream flows.
    mutating func reset() {
        failures = 0
    }
}
