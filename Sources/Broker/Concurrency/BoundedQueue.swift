import Ground
import Service

/// A queue of bounded length between two threads: the writer waits while it is full, the reader while it is empty.
///
/// Closing it lets the reader take what is left and then ends it; cancelling it drops what is left.
final class BoundedQueue<Element: Sendable>: Sendable {
    private struct State: Sendable {
        var elements: [Element] = []
        var closed = false
    }

    private let state = Guarded(State())
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Appends an element, waiting while the queue is full, at the most as long as `limit`.
    /// - Returns: whether it was taken: not when the time ran out or the queue was closed.
    func append(_ element: Element, within limit: Duration? = nil) -> Bool {
        guard let limit else { return state.wait { take(element, &$0) } }
        return state.wait(atMost: limit) { take(element, &$0) } ?? false
    }

    /// Appends an element, waiting while the queue is full, with signs of life.
    /// - Returns: whether it was taken: not when the queue was closed.
    func append(_ element: Element, beating heartbeat: Heartbeat) -> Bool {
        state.wait(beating: heartbeat) { take(element, &$0) }
    }

    /// Takes the oldest element, waiting while there is none, at the most as long as `limit`; nil once the queue is closed
    /// and empty or the time ran out.
    func next(within limit: Duration? = nil) -> Element? {
        guard let limit else { return state.wait(give) }
        return state.wait(atMost: limit, give) ?? nil
    }

    /// Takes the oldest element, waiting while there is none, with signs of life; nil once the queue is closed and empty.
    func next(beating heartbeat: Heartbeat) -> Element? {
        state.wait(beating: heartbeat, give)
    }

    private func take(_ element: Element, _ state: inout State) -> Bool? {
        if state.closed { return false }
        guard state.elements.count < capacity else { return nil }
        state.elements.append(element)
        return true
    }

    private func give(_ state: inout State) -> Element?? {
        if !state.elements.isEmpty { return state.elements.removeFirst() }
        return state.closed ? .some(nil) : nil
    }

    /// Takes no more; the reader gets what is left.
    func close() {
        state.change { $0.closed = true }
    }

    /// Takes no more and gives back what is left, of which the reader gets nothing.
    @discardableResult
    func cancel() -> [Element] {
        state.change { state in
            state.closed = true
            defer { state.elements = [] }
            return state.elements
        }
    }
}
