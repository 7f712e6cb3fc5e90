import AstroM3

/// The constants' encoder with what its backward needs: rows of inputs to a vector for each light curve; see
/// `AstroM3.ConstantsEncoder`.
final class DifferentiableConstantsEncoder<Scalar: TrainingScalar> {
    /// Inputs of a row.
    let inputs: Int
    private let first: DifferentiableLinear
    private let second: DifferentiableLinear
    private let output: DifferentiableLinear
    private let dropout: (Dropout<Scalar>, Dropout<Scalar>)
    private let rows = Buffer<Scalar>()
    private let sums = (Buffer<Scalar>(), Buffer<Scalar>())
    private let hidden = (Buffer<Scalar>(), Buffer<Scalar>())
    private let gradients = (Buffer<Scalar>(), Buffer<Scalar>())

    init(_ layers: ConstantsEncoder.Layers, dropout rate: Double, _ layout: ParameterLayout) {
        inputs = layers.first.inputs
        first = DifferentiableLinear(layers.first, layout)
        second = DifferentiableLinear(layers.second, layout)
        output = DifferentiableLinear(layers.output, layout)
        dropout = (Dropout(rate: rate, name: layers.first.name), Dropout(rate: rate, name: layers.second.name))
    }

    /// Vectors (count, outputs) of rows (count, inputs): as wide as a token for constants, as the embedding for fusion.
    func forward(
        _ input: UnsafePointer<Scalar>,
        count: Int,
        _ vectors: UnsafeMutablePointer<Scalar>,
        noise: UInt64?,
        _ parameters: Parameters<Scalar>
    ) {
        let rows = rows.reserve(count * inputs)
        rows.update(from: input, count: count * inputs)
        let sums = (sums.0.reserve(count * first.outputs), sums.1.reserve(count * second.outputs))
        let hidden = (hidden.0.reserve(count * first.outputs), hidden.1.reserve(count * second.outputs))
        first.forward(rows: count, rows, sums.0, parameters)
        Scalar.gelu(count * first.outputs, sums.0, hidden.0)
        dropout.0.forward(count * first.outputs, hidden.0, noise: noise)
        second.forward(rows: count, hidden.0, sums.1, parameters)
        Scalar.gelu(count * second.outputs, sums.1, hidden.1)
        dropout.1.forward(count * second.outputs, hidden.1, noise: noise)
        output.forward(rows: count, hidden.1, vectors, parameters)
    }

    /// Adds to the gradients of all parameters, of the gradient of the vectors.
    func backward(_ gradient: UnsafePointer<Scalar>, count: Int, _ parameters: Parameters<Scalar>) {
        let second = gradients.1.reserve(count * self.second.outputs)
        output.backward(rows: count, hidden.1.pointer, outputGradient: gradient, inputGradient: second, parameters)
        dropout.1.backward(count * self.second.outputs, second)
        Scalar.geluBackward(count * self.second.outputs, sums.1.pointer, second)
        let first = gradients.0.reserve(count * self.first.outputs)
        self.second.backward(
            rows: count,
            hidden.0.pointer,
            outputGradient: second,
            inputGradient: first,
            parameters
        )
        dropout.0.backward(count * self.first.outputs, first)
        Scalar.geluBackward(count * self.first.outputs, sums.0.pointer, first)
        self.first.backward(rows: count, rows.pointer, outputGradient: first, inputGradient: nil, parameters)
    }
}
