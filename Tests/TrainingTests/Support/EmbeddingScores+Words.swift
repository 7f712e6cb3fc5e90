@testable import Training

extension EmbeddingScores {
    /// Each search in words: from what, to what, whether only own spectra count, how many queries and candidates.
    var searchesInWords: [String] {
        searches.map { found in
            "\(found.from) \(found.to) \(found.isOwn) \(found.scores.queries) \(found.scores.candidates)"
        }
    }
}
