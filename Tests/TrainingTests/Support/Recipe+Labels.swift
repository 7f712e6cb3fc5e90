@testable import Training

extension Recipe {
    /// The labels of its taxonomy.
    func labels() throws -> TrainingLabels { TrainingLabels(try TaxonomyFile.read(taxonomy).taxonomy) }
}
