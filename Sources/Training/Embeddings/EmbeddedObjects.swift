internal import AstroM3
internal import DataSets
internal import Sky

/// Objects as a model embeds them, its weights as they are: unit vectors by modality, and of all modalities together.
package struct EmbeddedObjects: Sendable {
    /// What is embedded.
    package enum Space: String, Sendable, CaseIterable {
        /// The direction of the mean of those that an object has, which the head takes.
        case joint
        case photometry
        case spectrum
        case metadata
    }

    /// One object.
    package struct Row: Sendable {
        /// Number in the data set.
        package var object: Int
        /// Number of its label; -1 for none.
        package var label: Int
        package var points: Int
        package var modalities: String
        /// By space, those that there are.
        package var vectors: [Space: [Float]]
    }

    /// Length of a vector.
    package let dimension: Int
    /// Objects that have anything to see, in the order of the data set.
    package let rows: [Row]

    init(dimension: Int, rows: [Row]) { (self.dimension, self.rows) = (dimension, rows) }

    init(_ model: Model, _ records: EvaluatedRecords, _ objects: [Int], threads: Int) {
        dimension = model.manifest.architecture.embedding
        let found = Evaluator(model, threads: threads).answers(
            count: objects.count,
            looks: [EvaluationLook()],
            record: { records.record(objects[$0]) },
            keep: { place, answer -> Row? in
                guard !answer.modalitySet.isEmpty else { return nil }
                let vectors: [(Space, [Float]?)] = [
                    (.joint, answer.embedding), (.photometry, answer.photometryEmbedding),
                    (.spectrum, answer.spectrumEmbedding), (.metadata, answer.metadataEmbedding),
                ]
                return Row(
                    object: objects[place],
                    label: records.label(objects[place]),
                    points: answer.modalities.points,
                    modalities: answer.modalitySet.description,
                    vectors: Dictionary(
                        uniqueKeysWithValues: vectors.compactMap { space, vector in vector.map { (space, $0) } }
                    )
                )
            }
        )
        rows = found.compactMap { $0[0] }
    }

    /// Rows that have a vector in a space.
    func having(_ spaces: Space...) -> [Row] { rows.filter { row in spaces.allSatisfy { row.vectors[$0] != nil } } }
}
