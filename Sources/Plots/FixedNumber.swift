extension Double {
    /// So many decimals, 0 to 9: `0.915`; `–` for what is no number.
    package func fixed(_ decimals: Int) -> String {
        let factor = (0..<min(max(decimals, 0), 9)).reduce(1.0) { factor, _ in factor * 10 }
        let scaled = (magnitude * factor).rounded()
        guard scaled < 1e15 else { return isFinite ? "\(self)" : "–" }
        let whole = Int(scaled)
        let sign = self < 0 && whole > 0 ? "−" : ""
        guard decimals > 0 else { return "\(sign)\(whole)" }
        let rest = String(whole % Int(factor))
        let zeros = String(repeating: "0", count: min(decimals, 9) - rest.count)
        return "\(sign)\(whole / Int(factor)).\(zeros)\(rest)"
    }
}
