import Foundation
import Sky
import Testing

@testable import AstroM3

/// The models that come with the project can be read, say what they are, and are small.
@Suite struct ShippedModelsTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "../../Config/models"
    ).standardized.path()

    @Test(arguments: [("sky", 8_000_000), ("stars", 1_000_000)])
    func aShippedModelIsTrainedAndSmallAndHasACard(name: String, most: Int) throws {
        let path = Self.folder + "/" + name
        let model = try Model(folder: path)
        #expect(model.manifest.name == name && model.manifest.training == .trained)
        #expect(!model.references.objects.isEmpty)
        let files = ["model.json", "weights.safetensors", "references.safetensors"]
        let sizes = try files.map { try Data(contentsOf: URL(filePath: "\(path)/\($0)")).count }
        #expect(sizes.reduce(0, +) <= most, "\(sizes)")
        let card = try String(contentsOfFile: path + "/card.md", encoding: .utf8)
        for words in ["What it is not good for", "## Data", "```yaml"] {
            #expect(card.contains(words), "\(words)")
        }
    }
}
