import Synchronization

/// Tells threads that it is time to stop; asked for from anywhere, once.
public final class StopToken: Sendable {
    private let flag = Atomic<Bool>(false)

    /// A token nobody has asked yet.
    public init() {}

    /// Asks all who hold the token to stop.
    public func stop() {
        flag.store(true, ordering: .releasing)
    }

    /// Whether someone has asked.
    public var isStopped: Bool {
        flag.load(ordering: .acquiring)
    }
}
