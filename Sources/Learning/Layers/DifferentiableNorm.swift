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

    /// Makes room for what is kept of so many rows.
    func reserve(rows: Int) {
        standardised.reserve(rows * width)
        inverse.reserve(rows)
    }

    /// Writes y (rows, width) of x, in its place or not. What is kept stands from row `first` on, for which there is room.
    func forward(
        rows: Int,
        from first: Int = 0,
        _ x: UnsafePointer<Scalar>,
        _ y: UnsafeMutablePointer<Scalar>,
        _ parameters: Parameters<Scalar>
    ) {
        Scalar.normForward(
            rows: rows,
            width: width,
            x,
            gain: parameters.values + gain,
            bias: parameters.values + bias,
            epsilon: Scalar(epsilon),
            y,
            standardised: standardised.pointer + first * width,
            inverse: inverse.pointer + first
        )
    }

    /// Adds to the gradients of gain and bias, of the last forward; writes the gradient of x, in place of y's or not, or adds it.
    func backward(
        rows: Int,
        from first: Int = 0,
        outputGradient: UnsafePointer<Scalar>,
        inputGradient: UnsafeMutablePointer<Scalar>,
        adds: Bool = false,
        _ parameters: Parameters<Scalar>
    ) {
        Scalar.normBackward(
            rows: rows,
            width: width,
            standardised: standardised.pointer + first * width,
            inverse: inverse.pointer + first,
            gain: parameters.values + gain,
            outputGradient,
            inputGradient,
            adds: adds,
            gainGradient: parameters.gradients + gain,
            biasGradient: parameters.gradients + bias
        )
    }
}
