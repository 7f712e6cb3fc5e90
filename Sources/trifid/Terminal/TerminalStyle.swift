import Glibc

/// Colour and weight on a terminal; plain text where the output is none, where `NO_COLOR` is set (no-color.org) or the
/// terminal is dumb.
struct TerminalStyle {
    /// Whether escapes are written.
    let isStyled: Bool

    /// The style for a file descriptor.
    init(for descriptor: Int32) {
        let variables = Environment.variables
        let isRefused = !(variables["NO_COLOR"] ?? "").isEmpty || variables["TERM"] == "dumb"
        isStyled = isatty(descriptor) == 1 && !isRefused
    }

    func bold(_ text: String) -> String { wrap(text, "1") }
    func dim(_ text: String) -> String { wrap(text, "2") }
    func red(_ text: String) -> String { wrap(text, "31") }
    func green(_ text: String) -> String { wrap(text, "32") }
    func yellow(_ text: String) -> String { wrap(text, "33") }

    private func wrap(_ text: String, _ code: String) -> String {
        isStyled ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
