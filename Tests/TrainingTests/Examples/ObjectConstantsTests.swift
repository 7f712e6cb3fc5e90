import DataSets
import Testing

@testable import Training

@Suite struct ObjectConstantsTests {
    @Test func eachLightCurveHasARowOfWhatAModelComputesOfIt() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let table = try ObjectConstants(set.data, names: ["star", "log-count", "star"])
        #expect(table.columns.prefix(4) == ["object", "node", "split", "fold"])
        #expect(Set(table.columns).count == table.columns.count)
        let rows = set.data.objects.indices.compactMap { table.row($0) }
        let curves = set.data.objects.indices.count { !set.data.lightCurves.ranges[$0].isEmpty }
        #expect(rows.count == curves && rows.allSatisfy { $0.count == table.columns.count })
        // Stars have total fluxes, and so constants of them.
        let stars = rows.filter { $0[1] == "RRAB" }
        let place = try #require(table.columns.firstIndex(of: "log-count"))
        #expect(!stars.isEmpty && stars.allSatisfy { Float($0[place]) != nil })
    }

    @Test func aConstantThatThereIsNotIsNamed() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let error = #expect(throws: RecipeError.self) { _ = try ObjectConstants(set.data, names: ["rainbow"]) }
        #expect(
            error?.description.hasPrefix("--constants: 'rainbow' is no constant; there are alert, all, star, ") == true
        )
    }
}
