internal import Glibc

/// An axis of a plot: what it shows, from where to where, and what is written along it.
package struct Axis: Sendable {
    /// A value that is written at the axis.
    package struct Tick: Hashable, Sendable {
        package var value: Double
        package var text: String

        package init(_ value: Double, _ text: String) { (self.value, self.text) = (value, text) }
    }

    private enum Scale: Sendable {
        case linear
        case logarithmic
        /// Names from the top down, or from the left.
        case names
    }

    /// What it shows, with its unit.
    package let label: String
    package let range: ClosedRange<Double>
    package let ticks: [Tick]
    private let scale: Scale

    private init(_ label: String, _ range: ClosedRange<Double>, _ ticks: [Tick], _ scale: Scale) {
        (self.label, self.range, self.ticks, self.scale) = (label, range, ticks, scale)
    }

    /// A linear axis with about five round ticks; a range without extent is widened.
    package static func linear(_ label: String, _ range: ClosedRange<Double>) -> Axis {
        var (low, high) = (range.lowerBound, range.upperBound)
        if !(high > low) || !(high - low).isFinite {
            (low, high) = (low.isFinite ? low : 0, (low.isFinite ? low : 0) + 1)
        }
        let rough = (high - low) / 5
        let power = pow(10, floor(log10(rough)))
        let step = [1.0, 2, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 } ?? rough
        let decimals = max(0, Int(-floor(log10(step) + 1e-9)))
        let ticks = stride(from: (low / step - 1e-6).rounded(.up), through: high / step + 1e-6, by: 1).map {
            Tick($0 * step, ($0 * step).fixed(decimals))
        }
        return Axis(label, low...high, ticks, .linear)
    }

    /// A logarithmic axis with these ticks, all above 0, from the first to the last.
    package static func logarithmic(_ label: String, _ ticks: [Tick]) -> Axis {
        let values = ticks.map(\.value).filter { $0 > 0 }
        let (low, high) = (values.min() ?? 1, values.max() ?? 10)
        return Axis(label, low...(high > low ? high : low * 10), ticks.filter { $0.value > 0 }, .logarithmic)
    }

    /// A logarithmic axis of a range above 0 with a tick at each power of ten, or at 1, 2 and 5 of a few.
    package static func logarithmic(_ label: String, _ range: ClosedRange<Double>) -> Axis {
        let low = max(range.lowerBound, 1e-12)
        let high = max(range.upperBound, low * 1.0001)
        let powers = Int(floor(log10(low)))...Int(ceil(log10(high)))
        let steps = powers.count > 3 ? [1.0] : [1, 2, 5]
        var ticks: [Tick] = []
        for power in powers {
            for step in steps {
                let value = step * pow(10, Double(power))
                guard value >= low * 0.999, value <= high * 1.001 else { continue }
                ticks.append(Tick(value, value.fixed(max(0, -power))))
            }
        }
        return Axis(label, low...high, ticks, .logarithmic)
    }

    /// Names, the first at the top or at the left; the value of each is its place.
    package static func names(_ label: String, _ names: [String]) -> Axis {
        Axis(label, 0...Double(max(1, names.count)), names.enumerated().map { Tick(Double($0), $1) }, .names)
    }

    /// Whether names stand along it.
    var isNames: Bool { scale == .names }

    /// Where a value stands, from 0 to 1; what lies outside stands at the edge.
    func place(_ value: Double) -> Double {
        let share =
            switch scale {
            case .linear: (value - range.lowerBound) / (range.upperBound - range.lowerBound)
            case .logarithmic:
                log(max(value, 1e-300) / range.lowerBound) / log(range.upperBound / range.lowerBound)
            case .names: (value + 0.5) / range.upperBound
            }
        return share.isNaN ? 0 : min(max(share, 0), 1)
    }
}
