package import DataSets
internal import Glibc
internal import Ground
internal import Sky

/// Which objects a phase may draw from, and how often each.
package struct ExamplePool: Sendable {
    /// A group of objects that take a share of each batch: drawn by node, then by object.
    private struct Group: Sendable {
        let share: Double
        let balance: Double
        let objects: [[Int]]
        /// Added up.
        let weights: [Double]

        init(_ objects: [[Int]], share: Double, balance: Double) {
            (self.share, self.balance, self.objects) = (share, balance, objects)
            var (sum, weights) = (0.0, [Double]())
            for members in objects {
                sum += pow(Double(members.count), 1 - balance)
                weights.append(sum)
            }
            self.weights = weights
        }
    }

    /// Labelled alerts that training sees, donors of contexts too.
    package private(set) var alerts: [Int]
    /// Packets whose nights light curves are put on.
    package let schedules: [Int]
    /// All objects that can be drawn.
    package private(set) var objects: [Int]
    private var groups: [Group]

    /// The objects of a split that serve a purpose.
    ///
    /// - Parameter fold: what is tested in this fold is kept apart; nil: nothing is. In a set that is all in folds the fold after
    ///   it stands in for the split `val`.
    package init(
        _ data: ObjectData,
        labels: TrainingLabels,
        _ settings: Recipe.Examples,
        _ purpose: ExampleDraw.Purpose,
        split: DataSetObject.Split = .train,
        fold: Int? = nil
    ) {
        let count = data.data.objects.reduce(0) { $1.split == .fold ? max($0, ($1.fold ?? -1) + 1) : $0 }
        func serves(_ object: DataSetObject) -> Bool {
            if object.split == .fold {
                // The next fold chooses the weights and calibrates; what is tested is in neither.
                let chooses = ((fold ?? -1) + 1) % max(count, 1)
                return split == .val ? object.fold == chooses : object.fold != fold && object.fold != chooses
            }
            // In a set with labelled alerts the fold parts these; their clusters go with them.
            return object.split == split && (fold == nil || object.fold != fold)
        }
        let all = data.data.objects.enumerated().filter { serves($0.element) }
        let packets = all.filter { $0.element.hasPacket && !data.data.lightCurves.ranges[$0.offset].isEmpty }
        alerts = packets.filter { labels.number(of: $0.element.node) != nil }.map(\.offset)
        // Pre-training must not even know the nights of the alerts that are tested.
        schedules = packets.filter { purpose != .pretraining || $0.element.fold == nil }.map(\.offset)
        let isPretraining = purpose == .pretraining
        let seesSpectra = purpose == .evaluation || !isPretraining && settings.modalities.contains(.spectrum)
        let labelled = all.filter { isPretraining || labels.number(of: $0.element.node) != nil }
        let others = labelled.filter { !$0.element.hasPacket && !(isPretraining && $0.element.hasAlert) }
        let curves = others.filter { !data.data.lightCurves.ranges[$0.offset].isEmpty }
        let spectra = others.filter {
            data.data.lightCurves.ranges[$0.offset].isEmpty && !data.spectra[$0.offset].isEmpty
        }
        var groups: [Group] = []
        let shares: [([EnumeratedSequence<[DataSetObject]>.Element], Double)] = [
            (isPretraining ? [] : packets.filter { labels.number(of: $0.element.node) != nil }, settings.alerts),
            (curves, settings.curves), (seesSpectra ? spectra : [], settings.spectra),
        ]
        for (members, share) in shares where !members.isEmpty && share > 0 {
            groups.append(Self.group(members.map { ($0.offset, $0.element.node) }, share, settings.balance))
        }
        self.groups = groups
        objects = groups.flatMap { $0.objects.flatMap { $0 } }.sorted()
    }

    private static func group(_ members: [(Int, String)], _ share: Double, _ balance: Double) -> Group {
        var nodes: [String: [Int]] = [:]
        for (object, node) in members { nodes[node, default: []].append(object) }
        return Group(nodes.sorted { $0.key < $1.key }.map(\.value), share: share, balance: balance)
    }

    /// The pool with a part of its labelled objects; packets whose labels are not seen still lend their nights.
    ///
    /// - Throws: `RunFolder.Fault` where a class is left without objects.
    package func keeping(_ share: LabelShare, of data: DataSet) throws -> ExamplePool {
        let kept = try share.drawn(objects, of: data)
        var pool = self
        pool.objects = objects.filter(kept.contains)
        pool.alerts = alerts.filter(kept.contains)
        pool.groups = groups.compactMap { group in
            let rest = group.objects.map { $0.filter(kept.contains) }.filter { !$0.isEmpty }
            return rest.isEmpty ? nil : Group(rest, share: group.share, balance: group.balance)
        }
        return pool
    }

    /// One object at random.
    func draw(_ generator: inout SplitMix64) -> Int {
        var place = generator.unit() * groups.reduce(0) { $0 + $1.share }
        let group = groups.first { group in
            place -= group.share
            return place < 0
        }
        guard let group = group ?? groups.last else { return 0 }
        let weight = generator.unit() * (group.weights.last ?? 0)
        let node = group.weights.firstIndex { weight < $0 } ?? group.weights.count - 1
        return group.objects[node][generator.index(below: group.objects[node].count)]
    }

    package var isEmpty: Bool { groups.isEmpty }
}

extension DataSetObject {
    /// Whether it is an alert as its packet told it.
    var hasPacket: Bool { folder == "alerts" }
}
