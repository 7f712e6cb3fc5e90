/// The frequencies of a search, multiples of a step, and the peaks among them.
struct Frequencies {
    /// The most frequencies of a search.
    private static let most = 100_000.0
    /// Frequencies within 1 / span, the width of a peak: where there is room for them, and at the very least.
    private static let steps = (wanted: 5.0, needed: 1.5)

    /// Per day.
    let step: Double
    /// The first and the last multiple.
    let range: ClosedRange<Int>
    /// 1 / span, the width of a peak.
    let width: Double

    var maximum: Double { step * Double(range.upperBound) }

    /// Frequencies from 1 / (1.5 span) to a maximum, at the most five to the width of a peak. Nil where there are none.
    init?(span: Double, maximum: Double) {
        let lowest = 1 / (1.5 * span)
        guard lowest < maximum, maximum.isFinite, lowest > 0 else { return nil }
        let wanted = min((maximum * span * Self.steps.wanted).rounded(.up), Self.most)
        step = min(maximum / wanted, 1 / (Self.steps.needed * span))
        let first = Int((lowest / step).rounded(.up))
        let last = Int(wanted)
        guard step > 0, 1 <= first, first < last else { return nil }
        range = first...last
        width = 1 / span
    }

    /// Where the Earth's day and its multiples lie: within 0.0035 per day of a whole number, above 0.5.
    static func isTerrestrial(_ frequency: Double) -> Bool {
        frequency > 0.5 && abs(frequency - frequency.rounded()) < halfZone
    }

    private static let halfZone = 0.0035

    /// The frequencies around one that is not terrestrial, up to those that are.
    private static func zone(near frequency: Double) -> ClosedRange<Double> {
        let day = frequency.rounded(.down)
        return (day < 1 ? 0 : day + halfZone)...(day + 1 - halfZone)
    }

    /// The highest peaks, refined, the highest first; of equal ones the slower.
    func peaks(of periodogram: Periodogram, _ points: SearchedPoints, most: Int) -> [PeriodSearch.Peak] {
        let most = max(most, 1)
        // A few more, since a peak between two steps is higher than either.
        let refined = highest(most + 3, of: periodogram).compactMap { refine($0, points) }
        var kept: [PeriodSearch.Peak] = []
        for peak in refined.sorted(by: { ($1.power, $0.frequency) < ($0.power, $1.frequency) })
        where kept.count < most && kept.allSatisfy({ abs($0.frequency - peak.frequency) > width / 2 }) {
            kept.append(peak)
        }
        return kept
    }

    /// The multiples of the step with the highest powers among those that are not lower than their neighbours.
    private func highest(_ most: Int, of periodogram: Periodogram) -> [Int] {
        let power = periodogram.power[..<range.count]
        var kept: [Int] = []
        var least: Float = 0
        for place in power.indices {
            let value = power[place]
            guard value > least,
                place == 0 || value >= power[place - 1],
                place + 1 == power.count || value > power[place + 1],
                !Self.isTerrestrial(step * Double(place + range.lowerBound))
            else { continue }
            kept.insert(place, at: kept.firstIndex { power[$0] < value } ?? kept.endIndex)
            if kept.count > most { kept.removeLast() }
            if kept.count == most { least = power[kept[most - 1]] }
        }
        return kept.map { $0 + range.lowerBound }
    }

    /// The maximum near a multiple of the step, by parabolas through three points, or golden sections where they fail.
    /// Nil if the power only rises towards a frequency that is passed over.
    private func refine(_ k: Int, _ points: SearchedPoints) -> PeriodSearch.Peak? {
        let start = step * Double(k)
        var low = (frequency: max(start - step, step * Double(range.lowerBound)), power: 0.0)
        var high = (frequency: min(start + step, maximum), power: 0.0)
        let zone = Self.zone(near: start)
        low.frequency = max(low.frequency, zone.lowerBound)
        high.frequency = min(high.frequency, zone.upperBound)
        low.power = points.power(at: low.frequency)
        high.power = points.power(at: high.frequency)
        var best = (frequency: start, power: points.power(at: start))
        if low.frequency == zone.lowerBound && low.power > best.power { return nil }
        if high.frequency == zone.upperBound && high.power > best.power { return nil }

        let tolerance = width * 5e-4
        for _ in 0..<8 where high.frequency - low.frequency > tolerance {
            let left = best.frequency - low.frequency
            let right = high.frequency - best.frequency
            let rise = (best.power - low.power) * right
            let fall = (best.power - high.power) * left
            let vertex = best.frequency + (rise * right - fall * left) / (2 * (rise + fall))
            var next = vertex
            if !(next > low.frequency && next < high.frequency) {
                next = best.frequency + (right > left ? right : -left) * 0.381966
            }
            if abs(next - best.frequency) < tolerance { break }
            let found = (frequency: next, power: points.power(at: next))
            switch (found.power > best.power, next > best.frequency) {
            case (true, true): (low, best) = (best, found)
            case (true, false): (high, best) = (best, found)
            case (false, true): high = found
            case (false, false): low = found
            }
        }
        return PeriodSearch.Peak(frequency: best.frequency, power: best.power)
    }
}
