import Glibc

/// The learning rate of each step of a run.
package struct LearningRate: Hashable, Sendable {
    /// The rate at its highest.
    package var peak: Double
    /// Share of the steps in which the rate rises linearly from 0 to the peak.
    package var warmUp = 0.0
    /// Whether it then falls to 0 as half a cosine (Loshchilov & Hutter 2017); else it stays.
    package var isCosine = false

    package init(peak: Double, warmUp: Double = 0, isCosine: Bool = false) {
        self.peak = peak
        self.warmUp = warmUp
        self.isCosine = isCosine
    }

    /// The rate at a step, from 0, of so many.
    package func rate(step: Int, of steps: Int) -> Double {
        let share = Double(step) / Double(max(1, steps))
        let rise = warmUp > 0 ? min(1, share / warmUp) : 1
        guard isCosine else { return peak * rise }
        let fall = max(0, (share - warmUp) / max(1e-9, 1 - warmUp))
        return peak * rise * 0.5 * (1 + cos(Double.pi * min(1, fall)))
    }
}
