import Tensor

/// InfoNCE between two modalities of the same objects, both directions (Radford et al. 2021), each the mean over the rows:
/// the cross-entropy of the softmax of scale x A Bᵀ against the row's own partner. Where several rows have the same partner,
/// as stars that share one spectrum, all of them are positives of it, with equal weight.
struct ContrastiveLoss<Scalar: TrainingScalar> {
    /// What a pair of modalities gives.
    struct Value {
        /// The loss of both directions.
        var loss = 0.0
        /// The loss's derivative by the scale's logarithm.
        var scaleGradient: Scalar = 0
        /// How well partners find one another.
        var retrieval = PartnerRetrieval()
    }

    private let forwards = Buffer<Scalar>()
    private let backwards = Buffer<Scalar>()

    /// The loss and what comes with it. Adds the gradients of the unit rows a and b (count, width).
    ///
    /// - Parameters:
    ///   - partners: for each row a number that rows share which are positives of one another.
    ///   - scale: what cosines are multiplied with, 1 / temperature.
    func add(
        count: Int,
        width: Int,
        _ a: UnsafePointer<Scalar>,
        _ b: UnsafePointer<Scalar>,
        partners: [Int],
        scale: Scalar,
        weight: Scalar = 1,
        aGradient: UnsafeMutablePointer<Scalar>,
        bGradient: UnsafeMutablePointer<Scalar>
    ) -> Value {
        guard count > 0 else { return Value() }
        let forwards = forwards.reserve(count * count)
        let backwards = backwards.reserve(count * count)
        Scalar.multiply(
            MatrixOperand(a, stride: width),
            MatrixOperand(b, stride: width).transposed,
            m: count,
            k: width,
            n: count,
            factor: 1,
            into: forwards,
            stride: count,
            kept: 0
        )
        for row in 0..<count {
            for column in 0..<count { backwards[column * count + row] = forwards[row * count + column] }
        }
        let cosines = [Scalar](UnsafeBufferPointer(start: forwards, count: count * count))
        var value = Value()
        for cosines in [forwards, backwards] {
            value.loss += Double(weight) * entropy(count, cosines, partners, scale, &value.retrieval)
        }
        // Both directions' gradients by the logits, together and as rows of a.
        for row in 0..<count {
            for column in 0..<count {
                let place = row * count + column
                forwards[place] = weight * (forwards[place] + backwards[column * count + row])
                value.scaleGradient += forwards[place] * cosines[place] * scale
            }
        }
        let gradient = MatrixOperand(UnsafePointer(forwards), stride: count)
        Scalar.multiply(
            gradient,
            MatrixOperand(b, stride: width),
            m: count,
            k: count,
            n: width,
            factor: scale,
            into: aGradient,
            stride: width,
            kept: 1
        )
        Scalar.multiply(
            gradient.transposed,
            MatrixOperand(a, stride: width),
            m: count,
            k: count,
            n: width,
            factor: scale,
            into: bGradient,
            stride: width,
            kept: 1
        )
        return value
    }

    /// The mean cross-entropy of rows of cosines, which it replaces by the gradient of the logits.
    private func entropy(
        _ count: Int,
        _ x: UnsafeMutablePointer<Scalar>,
        _ partners: [Int],
        _ scale: Scalar,
        _ retrieval: inout PartnerRetrieval
    ) -> Double {
        var loss = 0.0
        for row in 0..<count {
            let x = x + row * count
            var top = -Scalar.infinity
            for column in 0..<count { top = max(top, x[column] * scale) }
            var sum: Scalar = 0
            for column in 0..<count { sum += Scalar.exponential(x[column] * scale - top) }
            let logSum = top + Scalar.logarithm(sum)
            let positives = (0..<count).filter { partners[$0] == partners[row] }
            let nearest = positives.reduce(-Scalar.infinity) { max($0, x[$1]) }
            retrieval.add(nearer: (0..<count).count { x[$0] >= nearest && partners[$0] != partners[row] })
            for column in positives { loss += Double(logSum - x[column] * scale) / Double(positives.count) }
            for column in 0..<count { x[column] = Scalar.exponential(x[column] * scale - logSum) / Scalar(count) }
            for column in positives { x[column] -= 1 / Scalar(count * positives.count) }
        }
        return loss / Double(count)
    }
}
