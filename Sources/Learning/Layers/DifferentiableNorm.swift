import AstroM3

/// Layer normalisation over the columns of each row (Ba et al. 2016), variance with the number of columns.
struct DifferentiableNorm {
    static let epsilon = 1e-5

    let width: Int
    private let gain: Int
    private let bias: Int

    init(_ layer: NormLayer, _ layout: ParameterLayout) {
        width = layer.width
        gain = layout.offset(of: layer.gain)
        bias = layout.offset(of: layer.bias)
    }

    /// Writes y, and keeps what the backward needs: the standardised rows (rows, width) and 1 / deviation (rows).
    func forward<Scalar: TrainingScalar>(
        rows: Int,
        _ x: UnsafePointer<Scalar>,
        _ y: UnsafeMutablePointer<Scalar>,
        standardised: UnsafeMutablePointer<Scalar>,
        inverse: UnsafeMutablePointer<Scalar>,
        _ parameters: Parameters<Scalar>
    ) {
        let (gain, bias) = (parameters.values + gain, parameters.values + bias)
        for row in 0..<rows {
            let place = row * width
            let (x, y, s) = (x + place, y + place, standardised + place)
            var sum: Scalar = 0
            for j in 0..<width { sum += x[j] }
            let mean = sum / Scalar(width)
            var square: Scalar = 0
            for j in 0..<width { square += (x[j] - mean) * (x[j] - mean) }
            let scale = 1 / (square / Scalar(width) + Scalar(Self.epsilon)).squareRoot()
            for j in 0..<width {
                s[j] = (x[j] - mean) * scale
                y[j] = s[j] * gain[j] + bias[j]
            }
            inverse[row] = scale
        }
    }

    /// Adds to the gradients of gain and bias; writes the gradient of x, in place of y's or not.
    func backward<Scalar: TrainingScalar>(
        rows: Int,
        standardised: UnsafePointer<Scalar>,
        inverse: UnsafePointer<Scalar>,
        outputGradient: UnsafePointer<Scalar>,
        inputGradient: UnsafeMutablePointer<Scalar>,
        _ parameters: Parameters<Scalar>
    ) {
        let gain = parameters.values + gain
        let (gainGradient, biasGradient) = (parameters.gradients + self.gain, parameters.gradients + bias)
        for row in 0..<rows {
            let place = row * width
            let (s, dy, dx) = (standardised + place, outputGradient + place, inputGradient + place)
            var (sum, product): (Scalar, Scalar) = (0, 0)
            for j in 0..<width {
                let scaled = dy[j] * gain[j]
                sum += scaled
                product += scaled * s[j]
                gainGradient[j] += dy[j] * s[j]
                biasGradient[j] += dy[j]
            }
            let (mean, slope) = (sum / Scalar(width), product / Scalar(width))
            for j in 0..<width { dx[j] = inverse[row] * (dy[j] * gain[j] - mean - s[j] * slope) }
        }
    }
}
