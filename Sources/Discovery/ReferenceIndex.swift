package import Sky
import Tensor

/// How unusual a record is among a model's reference objects, and which of them are nearest.
package struct Novelty: Hashable, Sendable {
    /// Score, percentile and reasons.
    package var anomaly: Anomaly
    /// The nearest reference objects, most similar first.
    package var neighbours: [Neighbour]
}

/// Searches a model's reference objects by the modalities that are at hand. Immutable, shared by all threads.
///
/// The score is the mean cosine distance to the k nearest reference objects (a k-nearest-neighbour outlier score,
/// Ramaswamy et al. 2000 and Angiulli & Pizzuti 2002, on unit embeddings): 0 for a copy of k of them, 1 where the
/// nearest are at right angles. Its percentile is its place among the scores of the reference objects themselves,
/// each against all others, seen by the same modalities: an alert without a spectrum is compared with reference
/// objects without theirs.
package final class ReferenceIndex: Sendable {
    /// Name of the score, as it stands in annotations.
    package static let method = "knn-cosine"

    /// The reference objects.
    package let references: ReferenceObjects
    private let indices: [ModalitySet: CosineNeighbours]

    /// An index over reference objects.
    package init(_ references: ReferenceObjects) {
        self.references = references
        indices = references.subsets.mapValues { subset in
            CosineNeighbours(unitRows: subset.embeddings, dimension: references.dimension)
        }
    }

    /// Scores a batch of joint unit embeddings, each with the modalities it is the mean of; nil where the embedding
    /// is empty or the model has no reference objects with those modalities.
    package func score(_ queries: [(embedding: [Float], modalities: ModalitySet)], neighbours: Int) -> [Novelty?] {
        var answers = [Novelty?](repeating: nil, count: queries.count)
        for (modalities, places) in Dictionary(grouping: queries.indices, by: { queries[$0].modalities }) {
            guard let index = indices[modalities], let subset = references.subsets[modalities] else { continue }
            let places = places.filter { queries[$0].embedding.count == references.dimension }
            let found = index.search(
                places.flatMap { queries[$0].embedding },
                k: max(references.k, neighbours)
            )
            for (place, found) in zip(places, found) {
                answers[place] = novelty(found, subset, modalities, neighbours: neighbours)
            }
        }
        return answers
    }

    private func novelty(
        _ found: CosineNeighbours.Found,
        _ subset: ReferenceObjects.Subset,
        _ modalities: ModalitySet,
        neighbours: Int
    ) -> Novelty {
        let nearest = zip(found.rows, found.similarities).map { row, similarity in
            let object = subset.members[row]
            return Neighbour(
                object: references.objects[object],
                similarity: min(max(similarity, -1), 1),
                label: references.labels[object]
            )
        }
        let score = max(0, found.meanDistance(k: references.k))
        let percentile = Percentile.of(score, in: subset.sortedScores)
        let anomaly = Anomaly(
            score: score,
            percentile: percentile,
            method: Self.method,
            reasons: Reasons(
                percentile: percentile,
                nearest: nearest.prefix(references.k),
                modalities: modalities
            ).words
        )
        return Novelty(anomaly: anomaly, neighbours: Array(nearest.prefix(neighbours)))
    }
}
