import Sky
import Testing

@testable import AstroM3

/// Sums over the tree and decisions along its paths.
@Suite struct TaxonomyTests {
    private let tree = TaxonomyTree(
        Taxonomy(
            nodes: [
                .init("Transient"), .init("SN", under: "Transient"), .init("SN-Ia", under: "SN"),
                .init("SN-II", under: "SN"), .init("TDE", under: "Transient"), .init("AGN"),
            ],
            classes: ["AGN", "SN-II", "SN-Ia", "TDE"]
        )
    )

    @Test func aNodeIsTheSumOfItsLeaves() {
        let nodes = tree.nodeProbabilities([0.1, 0.2, 0.4, 0.3])
        let expected: [Float] = [0.9, 0.6, 0.4, 0.2, 0.3, 0.1]
        for (node, value) in zip(nodes, expected) { #expect(abs(node - value) < 1e-6) }
    }

    @Test(arguments: [
        ([Float(0.5), 0.5, 0.5], "SN"), ([0.95], nil), ([0.8, 0.7], "Transient"), ([0.5, 0.5, 0.3], "SN-Ia"),
        ([0.1], "SN-Ia"),
    ])
    func theDeepestNodeThatIsSureEnoughIsDecidedFor(thresholds: [Float], node: String?) {
        let nodes = tree.nodeProbabilities([0.1, 0.2, 0.4, 0.3])
        #expect(tree.decide(nodes, DecisionRule(thresholds: thresholds))?.node == node)
    }

    @Test(arguments: [
        (["Transient": Float(0.7)], "Transient"), (["Transient": 0.55], "SN"), (["SN": 0.4], nil),
        (["Transient": 0.5, "SN": 0.4], "SN-Ia"), (["AGN": 0.01, "TDE": 0.01], nil),
    ])
    func aBranchHasAGateOfItsOwnInPlaceOfItsLevels(branches: [String: Float], node: String?) {
        let nodes = tree.nodeProbabilities([0.1, 0.2, 0.4, 0.3])
        let rule = DecisionRule(thresholds: [0.85, 0.95], branches: branches)
        #expect(tree.decide(nodes, rule)?.node == node ?? "Transient")
        #expect(tree.decide(nodes, DecisionRule(thresholds: [0.95], branches: branches)) == nil)
    }

    @Test func gatesStandWhereThereIsSomethingToTellApart() {
        let taxonomy = Taxonomy(nodes: [
            .init("star"), .init("A", under: "star"), .init("B", under: "star"), .init("B1", under: "B"),
        ])
        let rule = DecisionRule(thresholds: [0.5, 0.75], branches: ["B": 0.875])
        #expect(rule.gates(taxonomy).map(\.node) == ["star"] && rule.gates(taxonomy).map(\.gate) == [0.75])
        let flat = Taxonomy(nodes: [.init("A"), .init("B"), .init("B1", under: "B"), .init("B2", under: "B")])
        #expect(rule.gates(flat).map(\.node) == [nil, "B"] && rule.gates(flat).map(\.gate) == [0.5, 0.875])
    }

    @Test func aDecisionNamesItsPath() {
        let nodes = tree.nodeProbabilities([0, 0, 1, 0])
        let decision = tree.decide(nodes, DecisionRule(thresholds: [0.9]))
        #expect(decision == Decision(node: "SN-Ia", path: ["Transient", "SN", "SN-Ia"], probability: 1))
    }

    @Test(arguments: [Taxonomy.published, .wholeSky])
    func theShippedTaxonomiesAreWhole(taxonomy: Taxonomy) throws {
        var manifest = SampleFolder.smallManifest()
        manifest.taxonomy = taxonomy
        try manifest.validate()
        #expect(taxonomy.classes.count == (taxonomy == .published ? 10 : 21))
    }
}
