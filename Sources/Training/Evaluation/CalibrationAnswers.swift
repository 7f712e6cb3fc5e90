internal import Sky

/// Answers by which a model is calibrated: to each object that training has not seen as it is and cut early, from each set of
/// modalities that it has. What a model is asked later is as much as this and as little, so that its temperatures and gates are
/// fitted to all of it, and not to the looks of training, which hide more than anything that comes. What an object shows with all
/// that it has counts in full, and with a part hidden a little: only a set that no object comes with is left to such looks. (Counted
/// alike, the spectra of stars, which tell no eclipsing binary from another, made SKY doubt those of supernovae, 0.62 where it was right
/// in 0.83; the expected calibration error over all objects was 0.02 to 0.03 above a calibrated model's, and is within 0.006 so.)
package struct CalibrationAnswers: Sendable {
    /// Every look once.
    package let all: Scores
    /// Of each object the whole, for a table.
    package let whole: Scores

    /// What a look counts that hides a modality which the object has.
    private static let weightOfHidden = 0.1

    /// Where light curves are cut.
    private static let cuts: [EvaluationLook.Cut] = [.whole] + [4, 8, 16].map { .detections($0) }

    init(_ evaluator: Evaluator, of objects: [Int], _ records: EvaluatedRecords, _ labels: TrainingLabels) {
        let looks = ModalitySet.allSubsets.flatMap { set in
            Self.cuts.map { EvaluationLook(cut: $0, modalities: set) }
        }
        let model = evaluator.model
        let found = evaluator.answers(
            count: objects.count,
            looks: looks,
            derived: records.derived,
            record: { records.record(objects[$0]) },
            keep: { place, answer in
                Scores.Answer(
                    answer,
                    of: model,
                    labels,
                    label: records.label(objects[place]),
                    object: objects[place]
                )
            }
        )
        var (all, whole) = ([Scores.Answer](), [Scores.Answer]())
        for answers in found {
            var points: [String: Set<Int>] = [:]
            let first = all.count
            var fullest: (answer: Scores.Answer, modalities: Int)?
            for (look, answer) in zip(looks, answers) {
                // What the object has not, a look at it does not show: it is another look's answer. Nor is a cut that an
                // object does not reach another look at it.
                guard let answer, answer.label >= 0, answer.modalities == look.modalities.description,
                    points[answer.modalities, default: []].insert(answer.points).inserted
                else { continue }
                all.append(answer)
                let modalities = look.modalities.rawValue.nonzeroBitCount
                if look.cut == .whole, modalities >= fullest?.modalities ?? 0 { fullest = (answer, modalities) }
            }
            guard let fullest else { continue }
            whole.append(fullest.answer)
            for place in first..<all.count where all[place].modalities != fullest.answer.modalities {
                all[place].weight = Self.weightOfHidden
            }
        }
        (self.all, self.whole) = (Scores(labels, all), Scores(labels, whole))
    }

    /// The whole of objects of which no packet tells; of a set of packets alone, of all.
    var ofObjects: Scores {
        let objects = whole.picked { !$0.hasContext }
        return objects.answers.isEmpty ? whole : objects
    }

    init(all: Scores, whole: Scores) { (self.all, self.whole) = (all, whole) }

    /// The same with each class's probability so many times what it is, brought to a sum of 1.
    ///
    /// - Parameter factors: by whether a packet told of its surroundings; nil: as they are.
    func multiplied(by factors: (Bool) -> [Float]?) -> CalibrationAnswers {
        func multiplied(_ scores: Scores) -> Scores {
            Scores(
                scores.labels,
                scores.answers.map { answer in
                    var answer = answer
                    guard let factors = factors(answer.hasContext) else { return answer }
                    let products = zip(answer.leaves, factors).map(*)
                    let sum = products.reduce(0, +)
                    if sum > 0 { answer.leaves = products.map { $0 / sum } }
                    return answer
                }
            )
        }
        return CalibrationAnswers(all: multiplied(all), whole: multiplied(whole))
    }
}
