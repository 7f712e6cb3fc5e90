internal import Ground

/// Threads on which handlers run. What waits for them is bounded by the server's connections.
final class HandlerThreads: Sendable {
    private typealias Work = @Sendable () -> Void

    private struct State: Sendable {
        var waiting: [Work] = []
        var ended = false
    }

    private let state = Guarded(State())

    init(_ count: Int) {
        for number in 1...max(1, count) {
            DedicatedThread.start(name: "http-\(number)") { [self] in
                while let work = next() { work() }
            }
        }
    }

    private func next() -> Work? {
        state.wait { state -> Work?? in
            if !state.waiting.isEmpty { return state.waiting.removeFirst() }
            return state.ended ? .some(nil) : nil
        }
    }

    /// Runs `work` on one of the threads, in the order of asking.
    func run(_ work: @escaping @Sendable () -> Void) {
        state.change { $0.waiting.append(work) }
    }

    /// Ends the threads once what waits is done.
    func end() {
        state.change { $0.ended = true }
    }
}
