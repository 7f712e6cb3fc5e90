internal import Dispatch
internal import Synchronization

/// Threads on which handlers run. What waits for them is bounded by the server's connections.
final class HandlerThreads: Sendable {
    private let waiting = Mutex<[@Sendable () -> Void]>([])
    private let ended = Mutex(false)
    private let count: Int
    // Counts what waits, and once for each thread when all is to end.
    private let signal = DispatchSemaphore(value: 0)

    init(_ count: Int) {
        self.count = count
        for number in 1...max(1, count) {
            DedicatedThread.start(name: "http-\(number)") { [self] in
                while true {
                    signal.wait()
                    guard let work = take() else { return }
                    work()
                }
            }
        }
    }

    private func take() -> (@Sendable () -> Void)? {
        waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }

    /// Runs `work` on one of the threads, in the order of asking.
    func run(_ work: @escaping @Sendable () -> Void) {
        waiting.withLock { $0.append(work) }
        signal.signal()
    }

    /// Ends the threads once what waits is done.
    func end() {
        guard
            !ended.withLock({ was in
                defer { was = true }; return was
            })
        else { return }
        for _ in 0..<max(1, count) { signal.signal() }
    }
}
