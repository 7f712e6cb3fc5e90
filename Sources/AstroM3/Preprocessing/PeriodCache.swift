import Sky
import Synchronization

/// Periods that have been found, by a digest of what they were found in: it saves time and changes no answer, since the same
/// points give the same period. Threads share it. Of more than it holds, the ones that were asked for last stay.
package final class PeriodCache: Sendable {
    private struct Content {
        var recent: [String: Period?] = [:]
        var older: [String: Period?] = [:]
    }

    private let content = Mutex(Content())
    private let capacity: Int

    /// A cache of at least so many and at most twice as many periods, some 150 bytes each.
    package init(capacity: Int = 1 << 16) {
        self.capacity = max(1, capacity)
    }

    /// What was found under a key; nil where it is not known, `.some(nil)` where there is no period.
    func period(_ key: String) -> Period?? {
        content.withLock { content in
            if let known = content.recent[key] { return known }
            guard let known = content.older[key] else { return nil }
            Self.add(key, known, to: &content, capacity)
            return known
        }
    }

    /// Keeps what was found.
    func keep(_ period: Period?, _ key: String) {
        content.withLock { Self.add(key, period, to: &$0, capacity) }
    }

    private static func add(_ key: String, _ period: Period?, to content: inout Content, _ capacity: Int) {
        if content.recent.count >= capacity {
            content.older = content.recent
            content.recent.removeAll(keepingCapacity: true)
        }
        content.recent.updateValue(period, forKey: key)
    }
}
