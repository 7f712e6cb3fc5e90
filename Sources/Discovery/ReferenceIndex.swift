public import Sky

/// How unusual a record is among a model's reference objects, and which of them are nearest.
public struct Novelty: Hashable, Sendable {
    /// Score, percentile and reasons.
    public var anomaly: Anomaly
    /// The nearest reference objects, most similar first.
    public var neighbours: [Neighbour]
}

/// Searches a model's reference objects by the modalities that are at hand. Immutable, shared by all threads.
public final class ReferenceIndex: Sendable {
    /// The reference objects.
    public let references: ReferenceObjects

    /// An index over reference objects.
    public init(_ references: ReferenceObjects) {
        self.references = references
    }

    /// Scores a batch of joint unit embeddings, each with the modalities it is the mean of; nil where the embedding
    /// is empty or the model has no reference objects with those modalities.
    public func score(_ queries: [(embedding: [Float], modalities: ModalitySet)], neighbours: Int) -> [Novelty?] {
        queries.map { _ in nil }
    }
}
