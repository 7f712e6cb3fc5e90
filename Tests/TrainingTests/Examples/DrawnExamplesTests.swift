import Ground
import Testing

@testable import Training

/// The table of what training sees.
@Suite struct DrawnExamplesTests {
    @Test func aRowHasACellForEachColumnAndTheSameSeedTheSameRows() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        let drawn = try DrawnExamples(set.recipe(), set.data, fold: 0)
        func rows() -> [[String]] {
            var generator = SplitMix64(seed: 3)
            return (0..<20).map { _ in drawn.row(&generator) }
        }
        let found = rows()
        #expect(found == rows() && found.allSatisfy { $0.count == drawn.columns.count })
        #expect(Set(found.map { $0[3] }) == ["transient", "variable-star"])
    }

    @Test func whatTheDataSetDoesNotHaveIsRefusedAsInTraining() throws {
        let set = try TinyDataSet()
        defer { set.remove() }
        func refusal(_ recipe: Recipe, _ fold: Int?) -> String {
            message { _ = try DrawnExamples(recipe, set.data, fold: fold) }
        }
        #expect(refusal(try set.recipe(), 9) == "tiny has no fold 9")
        let other = try set.recipe { $0.replacing("[gal_b_abs,", with: "[redshift,") }
        #expect(refusal(other, nil).hasPrefix("tiny has no feature 'redshift', which the recipe lists"))
    }

    @Test func aNameMayHaveACommaInIt() {
        #expect(DrawnExamples.quoted("stars/V* RR Lyr") == "stars/V* RR Lyr")
        #expect(DrawnExamples.quoted("a, b \"c\"") == "\"a, b \"\"c\"\"\"")
    }
}
