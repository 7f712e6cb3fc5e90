package import AstroM3
package import Discovery
import Ground
package import Sky
import Synchronization

/// Gives records their answers: the model's classes, novelty and neighbours, and what the survey itself decides.
///
/// Batches are shared out to a crew of threads, each with a workspace of its own and one BLAS thread. The answer for a
/// record does not depend on the batch it came in, within 1e-5.
package final class Annotator: Sendable {
    /// An answer, and the embeddings that were computed on the way and should be stored beside their rows.
    package struct Answer: Sendable {
        /// What goes out.
        package var annotation: Annotation
        /// The spectrum's embedding where the archive did not hold it yet.
        package var newSpectrumEmbedding: [Float]?
        /// Id of the metadata row that was used, nil where none was at hand.
        package var metadataId: Int64?
        /// The metadata's embedding where the archive did not hold it yet.
        package var newMetadataEmbedding: [Float]?
    }

    /// Name of the classifier that stands for a survey's own association with a Solar System object.
    package static let associationClassifier = "survey-association"
    /// The node that such an association decides for.
    package static let solarSystemNode = "solar-system"

    /// The model that answers.
    package let model: Model
    /// The model's reference objects.
    package let references: ReferenceIndex
    /// What goes into an annotation, and what is bogus.
    package let settings: AnnotationSettings
    /// Digest of the rules and settings that decide what counts as a detection: the first 16 digits of the SHA-256 of
    /// `QualityRule.canonicalText`.
    package let rules: String
    private let crew: WorkCrew
    private let workspaces: [ThreadConfined<InferenceWorkspace>]

    /// An annotator with `threads` threads.
    package init(model: Model, settings: AnnotationSettings, threads: Int) {
        self.model = model
        self.settings = settings
        references = ReferenceIndex(model.references)
        var text = settings.quality.canonicalText
        rules = String(text.withUTF8 { SHA256.hexadecimal(UnsafeRawBufferPointer($0)) }.prefix(16))
        crew = WorkCrew(size: max(1, threads), name: "infer")
        workspaces = (0..<max(1, threads)).map { _ in ThreadConfined(InferenceWorkspace(model)) }
    }

    /// The flags of an alert, those that depend on the operator's settings included.
    package func flags(of alert: Alert) -> AlertFlags {
        var flags = alert.flags
        if settings.quality.cut(of: alert.survey).refuses(alert.quality.ofPoint) { flags.insert(.bogus) }
        return flags
    }

    /// Answers for a batch of records, in their order.
    ///
    /// - Parameter onPiece: called by the thread that has answered for a piece of the batch.
    package func annotate(_ records: [Record], onPiece: @escaping @Sendable () -> Void = {}) throws -> [Answer] {
        // Long light curves first, so that no thread starts on the longest piece when the others are done.
        let order = records.indices.sorted { records[$0].lightCurve.points.count > records[$1].lightCurve.points.count }
        let pieces = Self.pieces(of: order, lengths: records.map { $0.lightCurve.points.count }, threads: crew.size)
        let results = Mutex<[Int: Result<[Answer], any Error>]>([:])
        crew.run(pieces: pieces.count) { [self] piece, thread in
            let members = pieces[piece].map { records[$0] }
            let result = Result { try answers(for: members, workspace: workspaces[thread].value) }
            results.withLock { $0[piece] = result }
            onPiece()
        }
        var inOrder: [Answer?] = Array(repeating: nil, count: records.count)
        for (piece, result) in results.withLock({ $0 }) {
            for (index, answer) in zip(pieces[piece], try result.get()) { inOrder[index] = answer }
        }
        return inOrder.compactMap { $0 }
    }

    /// Cuts the records into pieces of about equal work, several a thread but none too small to fill the kernels.
    static func pieces(of order: [Int], lengths: [Int], threads: Int) -> [[Int]] {
        let work = lengths.reduce(0) { $0 + min($1, 200) + 4 }
        let goal = max(512, work / (4 * threads))
        var pieces: [[Int]] = []
        var filled = goal
        for index in order {
            if filled >= goal {
                pieces.append([])
                filled = 0
            }
            pieces[pieces.count - 1].append(index)
            filled += min(lengths[index], 200) + 4
        }
        return pieces
    }

    private func answers(for records: [Record], workspace: InferenceWorkspace) throws -> [Answer] {
        let inferences = model.infer(records, workspace: workspace)
        let novelties = references.score(
            inferences.map { ($0.embedding, $0.modalitySet) },
            neighbours: settings.neighbours
        )
        return zip(records, zip(inferences, novelties)).map { record, answer in
            let (inference, novelty) = answer
            var classifications = [inference.classification]
            let flags = record.flags
            if flags.contains(.unconfirmed) { classifications[0].decision = nil }
            if flags.contains(.solarSystem) {
                classifications.append(Self.association(record.alert.survey.name))
            }
            return Answer(
                annotation: Annotation(
                    modalities: inference.modalities,
                    classifications: classifications,
                    anomaly: novelty?.anomaly,
                    neighbours: novelty?.neighbours ?? [],
                    embedding: settings.embedding ? inference.embedding : [],
                    rules: rules
                ),
                newSpectrumEmbedding: inference.newSpectrumEmbedding,
                metadataId: record.metadata?.id,
                newMetadataEmbedding: inference.newMetadataEmbedding
            )
        }
    }

    static func association(_ survey: String) -> Classification {
        Classification(
            classifier: associationClassifier,
            version: survey,
            trained: true,
            probabilities: [NodeProbability(node: solarSystemNode, probability: 1)],
            decision: Decision(node: solarSystemNode, path: [solarSystemNode], probability: 1),
            aleatoric: 0,
            logits: []
        )
    }
}
