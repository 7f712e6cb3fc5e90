import Foundation

/// A line on standard error that tells how far long work is; silent where nobody watches.
final class Progress {
    private let noun: String
    private let total: Int?
    private let isShown = isatty(STDERR_FILENO) == 1
    private let start = Date()
    private var last = Date.distantPast

    init(_ noun: String, of total: Int? = nil) {
        self.noun = noun
        self.total = total
    }

    /// So many are done.
    func advance(to count: Int) {
        guard isShown, Date().timeIntervalSince(last) > 0.2 else { return }
        last = Date()
        let rate = Double(count) / max(1e-3, last.timeIntervalSince(start))
        let goal = total.map { " of \($0)" } ?? ""
        FileHandle.standardError.write(Data("\r\u{1B}[K\(count)\(goal) \(noun), \(Int(rate)) a second".utf8))
    }

    /// Takes the line away.
    func finish() {
        if isShown { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
    }
}
