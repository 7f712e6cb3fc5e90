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
        #expect(tree.decide(nodes, thresholds: thresholds)?.node == node)
    }

    @Test func aDecisionNamesItsPath() {
        let nodes = tree.nodeProbabilities([0, 0, 1, 0])
        let decision = tree.decide(nodes, thresholds: [0.9])
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
