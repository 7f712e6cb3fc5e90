import Foundation
import Service

/// Work on a thread of its own that can be waited for.
final class BackgroundWork<Result: Sendable>: @unchecked Sendable {
    // Unchecked: the result is guarded by the condition.
    private let condition = NSCondition()
    private var result: Swift.Result<Result, any Error>?

    /// Starts it.
    init(_ name: String, _ work: @escaping @Sendable () throws -> Result) {
        DedicatedThread.start(name: name) { [self] in
            let done = Swift.Result { try work() }
            condition.lock()
            result = done
            condition.broadcast()
            condition.unlock()
        }
    }

    /// How it ended, nil while it runs.
    var outcome: Swift.Result<Result, any Error>? {
        condition.lock()
        defer { condition.unlock() }
        return result
    }

    /// Waits for the end.
    @discardableResult
    func get() throws -> Result {
        condition.lock()
        while result == nil { condition.wait() }
        let done = result
        condition.unlock()
        guard let done else { throw CancellationError() }
        return try done.get()
    }

    /// Waits for the end, at the most so long.
    func wait(seconds: Double) {
        let deadline = Date(timeIntervalSinceNow: seconds)
        condition.lock()
        while result == nil, condition.wait(until: deadline) {}
        condition.unlock()
    }
}
