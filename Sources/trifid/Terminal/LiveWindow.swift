import Foundation
import Synchronization

/// A terminal's window, drawn over and over: on the alternate screen, so that what was there comes back at the end.
final class LiveWindow: Sendable {
    private let isOpen = Mutex(false)

    /// Whether the terminal can be drawn on.
    static var isPossible: Bool {
        StandardOutput.isTerminal && !["dumb", ""].contains(Environment.variables["TERM"] ?? "")
    }

    /// Columns and rows.
    var size: (columns: Int, rows: Int) {
        var window = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(window.ws_col), Int(window.ws_row))
    }

    /// Takes over the screen and hides the cursor.
    func open() {
        isOpen.withLock { isOpen in
            guard !isOpen else { return }
            isOpen = true
            StandardOutput.write("\u{1B}[?1049h\u{1B}[?25l\u{1B}[H\u{1B}[2J")
            try? StandardOutput.flush()
        }
    }

    /// Gives the screen back.
    func close() {
        isOpen.withLock { isOpen in
            guard isOpen else { return }
            isOpen = false
            StandardOutput.write("\u{1B}[?25h\u{1B}[?1049l")
            try? StandardOutput.flush()
        }
    }

    /// Draws lines, each no longer than the window is wide, over what is there: in one piece and without clearing first,
    /// so that nothing flickers.
    func draw(_ lines: [String]) {
        isOpen.withLock { isOpen in
            guard isOpen else { return }
            let rows = lines.prefix(size.rows).map { "\($0)\u{1B}[K" }
            StandardOutput.write("\u{1B}[?2026h\u{1B}[H" + rows.joined(separator: "\r\n") + "\u{1B}[J\u{1B}[?2026l")
            try? StandardOutput.flush()
        }
    }
}
