import Foundation

/// A queue of bounded length between two threads: the writer waits while it is full, the reader while it is empty.
///
/// Closing it lets the reader take what is left and then ends it; cancelling it drops what is left.
final class BoundedQueue<Element: Sendable>: @unchecked Sendable {
    private let condition = NSCondition()
    private var elements: [Element] = []
    private let capacity: Int
    private var closed = false

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Appends an element, waiting at the most until `deadline` while the queue is full.
    /// - Returns: whether it was taken: not when the time ran out or the queue was closed.
    func append(_ element: Element, before deadline: Date? = nil) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        while elements.count >= capacity, !closed {
            if !wait(until: deadline) { return false }
        }
        if closed { return false }
        elements.append(element)
        condition.broadcast()
        return true
    }

    /// Takes the oldest element, waiting while there is none; nil once the queue is closed and empty or the time ran
    /// out.
    func next(before deadline: Date? = nil) -> Element? {
        condition.lock()
        defer { condition.unlock() }
        while elements.isEmpty, !closed {
            if !wait(until: deadline) { return nil }
        }
        if elements.isEmpty { return nil }
        condition.broadcast()
        return elements.removeFirst()
    }

    /// Takes no more; the reader gets what is left.
    func close() {
        condition.lock()
        closed = true
        condition.broadcast()
        condition.unlock()
    }

    /// Takes no more and gives back what is left, of which the reader gets nothing.
    @discardableResult
    func cancel() -> [Element] {
        condition.lock()
        defer { condition.unlock() }
        closed = true
        condition.broadcast()
        defer { elements = [] }
        return elements
    }

    /// `NSCondition.wait(until:)` traps on dates as far away as `distantFuture`, hence the two ways.
    private func wait(until deadline: Date?) -> Bool {
        guard let deadline else {
            condition.wait()
            return true
        }
        return condition.wait(until: deadline)
    }
}
