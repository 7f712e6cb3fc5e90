internal import AstroM3

extension Calibration {
    /// By what labelled alerts have multiplied the temperatures of what they show (`Recalibration`); nil where none have.
    var factorOfAlerts: Double? {
        guard let before else { return nil }
        for (name, temperatures) in temperatures.sorted(by: { $0.key < $1.key }) {
            // Alerts of which packets told had the temperatures of their modalities before.
            let former = before.temperatures[name] ?? before.temperatures[name.replacing("+context", with: "")]
            guard let now = temperatures.first, let then = former?.first, now != then else { continue }
            return Double(now / then)
        }
        return 1
    }
}
