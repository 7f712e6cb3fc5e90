internal import Ground

/// How sure it is that one model is better than another on the same objects: objects are drawn anew, both models' answers to
/// each together (Efron & Tibshirani 1993, the percentile interval).
///
/// It tells what other objects of the same sky would have said of these models. That trainings differ by their seeds and
/// labels is seen in the deviation over repeats, and here only as far as repeats are averaged.
package struct PairedBootstrap: Sendable {
    /// An object and how often each of the two was right about it, from 0 to 1: the mean over the repeats (draws of labels,
    /// seeds), so that an object with many answers counts no more than one with few.
    package struct Entry: Sendable, Hashable {
        /// Entries of one number are drawn together.
        package var cluster: Int
        /// Number of its class.
        package var label: Int
        package var first: Double
        package var second: Double

        package init(cluster: Int, label: Int, first: Double, second: Double) {
            (self.cluster, self.label, self.first, self.second) = (cluster, label, first, second)
        }
    }

    /// Balanced accuracy of the second less that of the first.
    package let difference: Double
    /// The 2.5th and the 97.5th percentile of it.
    package let interval: ClosedRange<Double>

    /// - Parameter entries: at least one.
    package init(_ entries: [Entry], samples: Int, seed: UInt64) {
        let clusters = Dictionary(grouping: entries, by: \.cluster).sorted { $0.key < $1.key }.map(\.value)
        let classes = (entries.map(\.label).max() ?? 0) + 1
        difference = Self.difference([clusters.joined()], classes)
        var generator = SplitMix64(seed: seed, name: "bootstrap")
        var differences: [Double] = []
        for _ in 0..<samples {
            let drawn = clusters.map { _ in clusters[generator.index(below: clusters.count)] }
            differences.append(Self.difference(drawn, classes))
        }
        differences.sort()
        interval = Self.percentile(differences, 0.025)...Self.percentile(differences, 0.975)
    }

    /// The mean over the classes that are there of the mean difference of their objects.
    private static func difference<Group: Sequence<Entry>>(_ groups: [Group], _ classes: Int) -> Double {
        var sums = [Double](repeating: 0, count: classes)
        var counts = [Double](repeating: 0, count: classes)
        for group in groups {
            for entry in group {
                sums[entry.label] += entry.second - entry.first
                counts[entry.label] += 1
            }
        }
        let means = zip(sums, counts).filter { $0.1 > 0 }.map { $0.0 / $0.1 }
        return means.isEmpty ? 0 : means.reduce(0, +) / Double(means.count)
    }

    /// A percentile of ascending values, between two of them linearly.
    static func percentile(_ sorted: [Double], _ share: Double) -> Double {
        guard let last = sorted.last else { return 0 }
        let place = share * Double(sorted.count - 1)
        let low = Int(place)
        guard low + 1 < sorted.count else { return last }
        return sorted[low] + (place - Double(low)) * (sorted[low + 1] - sorted[low])
    }
}
