import Foundation

/// A line on standard error that tells how far long work is; silent where nobody watches.
final class Progress {
    private let noun: String
    private let total: Int?
    private let start = Date()
    private let line = StatusLine()

    init(_ noun: String, of total: Int? = nil) {
        self.noun = noun
        self.total = total
    }

    /// So many are done.
    func advance(to count: Int) {
        let rate = Double(count) / max(1e-3, Date().timeIntervalSince(start))
        let goal = total.map { " of \($0)" } ?? ""
        line.show("\(count)\(goal) \(noun), \(Int(rate)) a second")
    }

    /// Takes the line away.
    func finish() { line.finish() }
}
