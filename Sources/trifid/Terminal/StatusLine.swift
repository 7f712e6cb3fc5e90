import Foundation

/// A line on standard error that is written over; silent where nobody watches.
final class StatusLine {
    private let isShown = isatty(STDERR_FILENO) == 1
    private var last = Date.distantPast

    /// Shows a text, at most five times a second.
    func show(_ text: String) {
        guard isShown, Date().timeIntervalSince(last) > 0.2 else { return }
        last = Date()
        FileHandle.standardError.write(Data("\r\u{1B}[K\(text)".utf8))
    }

    /// Takes the line away.
    func finish() {
        if isShown { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
    }
}
