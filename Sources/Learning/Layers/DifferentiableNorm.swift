import AstroM3

/// Layer normalisation over the columns of each row (Ba et al. 2016), variance with the number of columns, with what its
/// backward needs.
final class DifferentiableNorm<Scalar: TrainingScalar> {
    private let epsilon = 1e-5
    private let width: Int
    private let gain: Int
    private let bias: Int
    private let standardised = Buffer<Scalar>()
    /// 1 / deviation of each row.
    private let inverse = Buffer<Scalar>()

    init(_ layer: NormLayer, _ layout: ParameterLayout) {
        width = layer.width
        gain = layout.offset(of: layer.gain)
        bias = layout.offset(of: layer.bias)
    }

    /// Writes y (rows, width) of x, in its place or not.
    func forward(
        rows: Int,
        _ x: UnsafePointer<Scalar>,
        _ y: UnsafeMutablePointer<Scalar>,
        _ parameters: Parameters<Scalar>
    ) {
        let width = width
        let (standardised, inverse) = (standardised.reserve(rows * width), inverse.reserve(rows))
        let (gain, bias) = (parameters.values + gain, parameters.values + bias)
        for row in 0..<rows {
            let place = row * width
            let (x, y, s) = (x + place, y + place, standardised + place)
            var sum: Scalar = 0
            for j in 0..<width { sum += x[j] }
            let mean = sum / Scalar(width)
            var square: Scalar = 0
            for j in 0..<width { square += (x[j] - mean) * (x[j] - mean) }
            let scale = 1 / (square / Scalar(width) + Scalar(epsilon)).squareRoot()
            for j in 0..<width {
                s[j] = (x[j] - mean) * scale
                y[j] = s[j] * gain[j] + bias[j]
            }
            inverse[row] = scale
        }
    }

    /// Adds to the gradients of gain and bias, of the last forward; writes the gradient of x, in place of y's or not, or adds it.
    func backward(
        rows: Int,
        outputGradient: UnsafePointer<Scalar>,
        inputGradient: UnsafeMutablePointer<Scalar>,
        adds: Bool = false,
        _ parameters: Parameters<Scalar>
    ) {
        let width = width
        let (standardised, inverse) = (standardised.pointer, inverse.pointer)
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
            if adds {
                for j in 0..<width { dx[j] += inverse[row] * (dy[j] * gain[j] - mean - s[j] * slope) }
            } else {
                for j in 0..<width { dx[j] = inverse[row] * (dy[j] * gain[j] - mean - s[j] * slope) }
            }
        }
    }
}
