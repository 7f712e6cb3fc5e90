internal import DataSets
internal import Ground
internal import Plots

/// A part of the labels: a draw of the labelled objects of a set, as if no more of them had been classified.
///
/// Stratified by node; objects of one cluster, which are one object on the sky, are drawn together. The order in which a
/// draw takes objects follows from its number and their names alone: whatever else a run has, it sees the same objects, and
/// a smaller share is part of a larger one of the same draw.
package struct LabelShare: Codable, Hashable, Sendable {
    /// Above 0, below 1.
    package var fraction: Double
    /// Number of the draw.
    package var draw: Int

    /// nil where all labels are meant: then no draw differs from another.
    package init?(fraction: Double, draw: Int) {
        guard fraction < 1 else { return nil }
        (self.fraction, self.draw) = (fraction, draw)
    }

    /// Those of some labelled objects that the draw takes.
    ///
    /// - Throws: `RunFolder.Fault` naming a class and its count, of which none is left.
    func drawn(_ objects: [Int], of data: DataSet) throws(RunFolder.Fault) -> Set<Int> {
        var clusters: [String: [Int]] = [:]
        for object in objects {
            let entry = data.objects[object]
            // No name of an object holds a line break.
            clusters[entry.cluster.map { "\n\($0)" } ?? entry.name, default: []].append(object)
        }
        var strata: [String: [(key: UInt64, name: String, objects: [Int])]] = [:]
        for members in clusters.values {
            guard let first = members.min(by: { data.objects[$0].name < data.objects[$1].name }) else { continue }
            let (name, node) = (data.objects[first].name, data.objects[first].node)
            var generator = SplitMix64(seed: UInt64(draw), name: "label \(name)")
            strata[node, default: []].append((generator.next(), name, members))
        }
        var kept: Set<Int> = []
        for stratum in strata.values {
            let count = Int((fraction * Double(stratum.count)).rounded())
            let sorted = stratum.sorted { ($0.key, $0.name) < ($1.key, $1.name) }
            for cluster in sorted.prefix(count) { kept.formUnion(cluster.objects) }
        }
        let counts = Dictionary(grouping: objects) { data.objects[$0].node }.mapValues(\.count)
        for (node, count) in counts.sorted(by: { $0.key < $1.key })
        where !kept.contains(where: { data.objects[$0].node == node }) {
            throw RunFolder.Fault(
                description:
                    "\(percentage) of the labels (draw \(draw)) leave class \(node.plain(limit: 60)) none of its \(count) "
                    + "objects that could train: take a larger share"
            )
        }
        return kept
    }

    /// As "10 %".
    package var percentage: String { Self.percentage(fraction) }

    /// A fraction as "10 %".
    package static func percentage(_ fraction: Double) -> String {
        let thousandths = (fraction * 1000).rounded()
        let isWhole = thousandths.truncatingRemainder(dividingBy: 10) == 0
        return (thousandths / 10).fixed(isWhole ? 0 : 1) + " %"
    }
}
