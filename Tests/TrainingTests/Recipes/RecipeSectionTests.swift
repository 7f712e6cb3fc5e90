import AstroM3
import Testing

@testable import Training

@Suite struct RecipeSectionTests {
    /// Whatever the file was to be.
    @Test func whatIsNoYAMLIsToldAlikeWithLineAndColumn() throws {
        let folder = TemporaryFolder()
        defer { folder.remove() }
        let path = try folder.write("name: tiny\nmodel: {layers: 4\nseed: 1\n", "any.yaml")
        let readers: [(String) throws -> Void] = [
            { _ = try Recipe(file: $0) }, { _ = try TaxonomyFile.read($0) }, { _ = try Study(file: $0) },
            { _ = try ClassSharesFile.read($0, Taxonomy(nodes: [.init("A")]), calibrated: [:]) },
        ]
        let found = readers.map { read in #expect(throws: RecipeError.self) { try read(path) } }
        let first = try #require(found[0])
        #expect(first.file == path && first.line != nil && first.message.hasPrefix("column "), "\(first)")
        #expect(found.allSatisfy { $0 == first })
    }
}
