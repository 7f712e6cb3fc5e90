import Sky

// What of a manifest makes answers out of logits.

extension Taxonomy {
    func validate() throws(ModelError) {
        try require(!nodes.isEmpty, "taxonomy.nodes", "empty", "at least one node")
        var known: Set<String> = []
        var parents: Set<String> = []
        for (place, node) in nodes.enumerated() {
            try require(!node.name.isEmpty, "taxonomy.nodes[\(place)].name", "empty", "a name")
            try require(
                known.insert(node.name).inserted,
                "taxonomy.nodes[\(place)].name",
                node.name,
                "a name that no other node has"
            )
            guard let parent = node.parent else { continue }
            try require(
                known.contains(parent) && parent != node.name,
                "taxonomy.nodes[\(place)].parent",
                parent,
                "the name of a node before this one"
            )
            parents.insert(parent)
        }
        let leaves = nodes.map(\.name).filter { !parents.contains($0) }
        try require(
            classes.count == leaves.count && Set(classes) == Set(leaves),
            "taxonomy.classes",
            classes,
            "the nodes without children, each once: \(leaves)"
        )
    }
}

extension Calibration {
    func validate() throws(ModelError) {
        let rising = zip(pointBins, pointBins.dropFirst()).allSatisfy { $0 < $1 }
        try require(rising && (pointBins.first ?? 0) >= 0, "calibration.pointBins", pointBins, "rising numbers from 0")
        try validate(temperatures, "calibration.temperatures")
        if let before { try validate(before.temperatures, "calibration.before.temperatures") }
        guard let groups else { return }
        let shares = [("alerts", groups.alerts), ("curves", groups.curves), ("spectra", groups.spectra)]
        for (group, share) in shares {
            try require((0...1).contains(share), "calibration.groups.\(group)", share, "a number from 0 to 1")
        }
        try require(shares.contains { $0.1 > 0 }, "calibration.groups", "0 of each", "a share above 0")
    }

    private func validate(_ temperatures: [String: [Float]], _ name: String) throws(ModelError) {
        for (subset, values) in temperatures.sorted(by: { $0.key < $1.key }) {
            let field = "\(name).\(subset)"
            try require(
                Calibration.basis(named: subset) != nil,
                field,
                subset,
                "one of " + ModalitySet.allSubsets.map(\.description).joined(separator: ", ")
                    + ", with metadata also with +context behind it"
            )
            try require(
                values.count == pointBins.count + 1,
                field,
                "\(values.count) values",
                "\(pointBins.count + 1), one a bin and one for more points"
            )
            try require(values.allSatisfy { $0.isFinite && $0 > 0 }, field, values, "numbers above 0")
        }
    }
}

extension ClassShares {
    func validate(_ taxonomy: Taxonomy) throws(ModelError) {
        try Self.validate(calibrated, "calibration.shares.calibrated", taxonomy)
        try Self.validate(expected, "calibration.shares.expected", taxonomy)
        if let expectedOfAlerts {
            try Self.validate(expectedOfAlerts, "calibration.shares.expectedOfAlerts", taxonomy)
        }
        try decision.validate("calibration.shares.decision", taxonomy)
    }

    /// Gates for a stream may be above those before, and never below.
    func validate(_ rule: DecisionRule, _ taxonomy: Taxonomy) throws(ModelError) {
        for (before, now) in zip(decision.gates(taxonomy), rule.gates(taxonomy)) {
            try require(
                now.gate >= before.gate,
                "decision, the gate below \(now.node ?? "the root")",
                now.gate,
                "\(before.gate) or more, as in calibration.shares.decision"
            )
        }
    }

    static func validate(_ shares: [String: Double], _ field: String, _ taxonomy: Taxonomy) throws(ModelError) {
        try require(
            shares.count == taxonomy.classes.count && taxonomy.classes.allSatisfy { shares[$0] != nil },
            field,
            shares.keys.sorted(),
            "a share of each class: \(taxonomy.classes.joined(separator: ", "))"
        )
        for (node, share) in shares.sorted(by: { $0.key < $1.key }) {
            try require(share >= least && share <= 1, "\(field).\(node)", share, "a number from \(least) to 1")
        }
        let sum = taxonomy.classes.reduce(0) { $0 + (shares[$1] ?? 0) }
        // Every share has a floor, however many classes there are.
        try require(abs(sum - 1) < 1e-3, field, "shares that add up to \(sum)", "shares that add up to 1")
    }
}

extension DecisionRule {
    func validate(_ field: String, _ taxonomy: Taxonomy) throws(ModelError) {
        try require(
            !thresholds.isEmpty && thresholds.allSatisfy { $0 > 0 && $0 <= 1 },
            "\(field).thresholds",
            thresholds,
            "at least one number above 0 and up to 1"
        )
        let parents = Set(taxonomy.nodes.compactMap(\.parent))
        for (node, gate) in branches.sorted(by: { $0.key < $1.key }) {
            try require(
                parents.contains(node),
                "\(field).branches",
                node,
                "nodes with others below them: \(parents.sorted().joined(separator: ", "))"
            )
            try require(gate > 0 && gate <= 1, "\(field).branches.\(node)", gate, "a number above 0 and up to 1")
        }
    }
}

extension NoveltyRule {
    func validate() throws(ModelError) {
        try require((1...1000).contains(k), "novelty.k", k, "1 to 1000")
        try require((0...1000).contains(neighbours), "novelty.neighbours", neighbours, "0 to 1000")
    }
}
