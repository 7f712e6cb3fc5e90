import AstroM3

/// Trees of a few nodes.
extension Taxonomy {
    /// A and B, of one level.
    static let twoClasses = Taxonomy(nodes: [.init("A"), .init("B")])

    /// A with A1 and A2 below it, and B.
    static let oneBranch = Taxonomy(nodes: [
        .init("A"), .init("A1", under: "A"), .init("A2", under: "A"), .init("B"),
    ])

    /// A with A1 and A2 below it, and B with B1 and B2.
    static let twoBranches = Taxonomy(nodes: [
        .init("A"), .init("A1", under: "A"), .init("A2", under: "A"), .init("B"), .init("B1", under: "B"),
        .init("B2", under: "B"),
    ])

    /// A and B below one root.
    static let oneRoot = Taxonomy(nodes: [.init("root"), .init("A", under: "root"), .init("B", under: "root")])

    /// Stars and supernovae, of one level.
    static let starsAndSupernovae = Taxonomy(nodes: [.init("RRAB"), .init("SN-Ia")])
}
