import Foundation

/// Something that happens once, and that threads can wait for.
final class Signal: @unchecked Sendable {
    private let condition = NSCondition()
    private var happened = false

    /// It has happened: all who wait go on.
    func set() {
        condition.lock()
        happened = true
        condition.broadcast()
        condition.unlock()
    }

    /// Waits until it has happened.
    func wait() {
        condition.lock()
        while !happened { condition.wait() }
        condition.unlock()
    }
}
