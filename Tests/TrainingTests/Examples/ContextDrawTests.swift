import Testing

@testable import AstroM3
@testable import Training

/// Which features of a packet go missing together and which shift, and that as many looks miss them as shall.
@Suite struct ContextDrawTests {
    /// Features of the packet that no group hides on purpose: none.
    private static let ungrouped: Set<String> = []

    @Test func whatAPacketTellsIsHiddenWithWhatItGoesMissingWith() {
        let grouped = ContextDraw.groups.flatMap { $0.names }
        let missing = Set(ContextFeatures.all.keys).subtracting(grouped).subtracting(Self.ungrouped)
        #expect(missing.isEmpty, "give them a place in ContextDraw.groups: \(missing.sorted())")
        #expect(Set(grouped).count == grouped.count)
    }

    /// A bright star beside is another source.
    @Test func theMagnitudesOfTheSourceAreThoseThatShift() {
        let named = ContextDraw.groups.flatMap { $0.names }.filter { $0.hasSuffix("_mag") }
        #expect(Set(named).subtracting(["gaia_bright_mag"]) == Set(ContextDraw.magnitudes))
    }

    private static func hidden(_ names: [String], largestShare: Double) -> [[Float]] {
        let context = ContextDraw(names: names, donors: [:])
        let drawn = DrawnRows { generator in
            var row = [Float](repeating: 1, count: names.count)
            context.hide(&row, largestShare: largestShare, &generator)
            return row
        }
        return drawn.rows
    }

    @Test func groupsAreHiddenAsAWholeEachInItsShareOfTheRows() {
        let grouped = ContextDraw.groups.flatMap { $0.names }
        let rows = Self.hidden(grouped + ["colour"], largestShare: 0)
        var start = 0
        for (names, probability) in ContextDraw.groups {
            let parts = rows.map { Array($0[start..<start + names.count]) }
            start += names.count
            let hidden = parts.count { part in part.allSatisfy(\.isNaN) }
            let share = Double(hidden) / Double(rows.count)
            #expect(abs(share - probability) < 0.05, "\(names) \(share)")
            let touched = parts.count { part in part.contains(where: \.isNaN) }
            #expect(touched == hidden, "\(names)")
        }
        #expect(rows.allSatisfy { $0.last == 1 })
    }

    /// Each row draws its own, below the largest.
    @Test func singleFeaturesAreHiddenInAShareOfTheRow() {
        let names = (0..<200).map { "colour_\($0)" }
        let shares = Self.hidden(names, largestShare: 0.6).map { row in
            Float(row.count { $0.isNaN }) / 200
        }
        #expect(abs(shares.mean - 0.3) < 0.02, "\(shares.mean)")
        #expect(shares.contains { $0 < 0.05 } && shares.contains { $0 > 0.5 })
        #expect(shares.allSatisfy { $0 < 0.8 })
    }
}
