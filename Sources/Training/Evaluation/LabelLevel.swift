internal import AstroM3

/// Classes that answers are told apart into: nodes that exclude each other, and to which of them each label belongs.
package struct LabelLevel: Sendable, Hashable {
    /// `first level`, `level 2`, `deepest labelled nodes`.
    package let name: String
    /// Numbers of the nodes.
    package let nodes: [Int]
    /// For each label the place of its node among `nodes`; nil where the label says nothing of this level.
    package let places: [Int?]

    init(_ name: String, _ nodes: [Int], _ places: [Int?]) {
        (self.name, self.nodes, self.places) = (name, nodes, places)
    }

    /// The same with the nodes that labels of these answers belong to.
    func among(_ answers: [Scores.Answer]) -> LabelLevel {
        let present = Set(answers.compactMap { places[$0.label] }).sorted()
        let kept = Dictionary(uniqueKeysWithValues: present.enumerated().map { ($1, $0) })
        return LabelLevel(name, present.map { nodes[$0] }, places.map { $0.flatMap { kept[$0] } })
    }
}

extension TrainingLabels {
    /// The tree cut at a depth, 0 for the first level: the nodes there, and the leaves above it. A label at an inner node above
    /// it says nothing of it.
    func level(depth: Int) -> LabelLevel {
        let nodes = names.indices.filter { depths[$0] == depth || depths[$0] < depth && isLeaf($0) }
        let places = names.indices.map { label in nodes.firstIndex { isAbove($0, orIs: label) } }
        return LabelLevel(depth == firstChoice ? "first level" : "level \(depth + 1)", nodes, places)
    }

    /// The depth at which there is something to tell apart: 0, unless all classes stand under one root.
    var firstChoice: Int {
        (0...(depths.max() ?? 0)).first { depth in depths.count { $0 == depth } > 1 } ?? 0
    }

    /// The first level at which there is something to tell apart.
    var firstLevelOfChoice: LabelLevel { level(depth: firstChoice) }

    /// The deepest of some labels: one that stands above another of them says less than that, and is none.
    func deepest(of labels: Set<Int>) -> LabelLevel {
        let nodes = labels.filter { label in !labels.contains { $0 != label && isAbove(label, orIs: $0) } }.sorted()
        return LabelLevel("deepest labelled nodes", nodes, names.indices.map { nodes.firstIndex(of: $0) })
    }

    private func isLeaf(_ node: Int) -> Bool { tree.children(of: node).isEmpty }
}
