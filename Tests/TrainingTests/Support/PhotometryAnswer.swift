@testable import Training

/// An answer to a light curve.
///
/// - Parameters:
///   - label: the number of what is right.
///   - leaves: their probabilities.
func answer(
    _ object: Int = 0,
    of label: Int,
    _ leaves: [Float],
    points: Int = 1,
    logits: [Float] = [],
    weight: Double = 1
) -> Scores.Answer {
    Scores.Answer(
        label: label,
        leaves: leaves,
        points: points,
        modalities: "photometry",
        object: object,
        logits: logits,
        weight: weight
    )
}
