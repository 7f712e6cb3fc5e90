internal import CPQ
internal import Synchronization

/// Where the servers' notices and warnings go that no session takes for itself (`PostgresConnection.onNotice`): those at
/// the beginning of a session above all, such as a collation of another version. libpq would print them to standard error.
package enum PostgresNotices {
    private static let receiver = Mutex<(@Sendable (PostgresError) -> Void)?>(nil)

    /// Sends the notices of all sessions, present and future, to a closure; nil drops them. It is called from the thread of
    /// the session.
    package static func send(to body: (@Sendable (PostgresError) -> Void)?) {
        receiver.withLock { $0 = body }
    }

    static func tell(_ notice: PostgresError) {
        receiver.withLock { $0 }?(notice)
    }
}
