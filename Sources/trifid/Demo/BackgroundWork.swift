import Ground
import Service

/// Work on a thread of its own that can be waited for.
final class BackgroundWork<Result: Sendable>: Sendable {
    private let result = Guarded<Swift.Result<Result, any Error>?>(nil)

    /// Starts it.
    init(_ name: String, _ work: @escaping @Sendable () throws -> Result) {
        DedicatedThread.start(name: name) { [self] in
            let done = Swift.Result { try work() }
            result.change { $0 = done }
        }
    }

    /// How it ended, nil while it runs.
    var outcome: Swift.Result<Result, any Error>? { result.now }

    /// Waits for the end.
    @discardableResult
    func get() throws -> Result { try result.wait { $0 }.get() }

    /// Waits for the end, at the most so long.
    func wait(seconds: Double) { _ = result.wait(atMost: .seconds(seconds)) { $0 } }
}
