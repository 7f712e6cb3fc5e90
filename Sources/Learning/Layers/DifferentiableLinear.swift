import AstroM3
import Tensor

/// A linear map, y = x Wᵀ + b, or a convolution of one tap, which is the same.
struct DifferentiableLinear {
    let inputs: Int
    let outputs: Int
    private let weight: Int
    private let bias: Int?

    init(_ layer: LinearLayer, _ layout: ParameterLayout) {
        (inputs, outputs) = (layer.inputs, layer.outputs)
        weight = layout.offset(of: layer.weight)
        bias = layout.offset(of: layer.bias)
    }

    /// A convolution as a map of windows whose numbers stand in the weights' order (channel, tap).
    init(_ layer: ConvolutionLayer, _ layout: ParameterLayout) {
        (inputs, outputs) = (layer.channels * layer.taps, layer.outputs)
        weight = layout.offset(of: layer.weight)
        bias = layer.bias.map(layout.offset)
    }

    /// Writes y (rows, outputs) of x (rows, inputs), or adds it to what stands there.
    func forward<Scalar: TrainingScalar>(
        rows: Int,
        _ x: UnsafePointer<Scalar>,
        _ y: UnsafeMutablePointer<Scalar>,
        stride: Int? = nil,
        adds: Bool = false,
        _ parameters: Parameters<Scalar>
    ) {
        Scalar.product(
            x,
            stride: inputs,
            MatrixOperand(parameters.values + weight, stride: inputs).transposed,
            m: rows,
            k: inputs,
            n: outputs,
            bias: bias.map { parameters.values + $0 },
            adds: adds,
            into: y,
            stride: stride ?? outputs
        )
    }

    /// Adds to the gradients of weights and bias; writes the gradient of x, or adds to it.
    func backward<Scalar: TrainingScalar>(
        rows: Int,
        _ x: UnsafePointer<Scalar>,
        outputGradient: UnsafePointer<Scalar>,
        stride: Int? = nil,
        inputGradient: UnsafeMutablePointer<Scalar>?,
        adds: Bool = false,
        _ parameters: Parameters<Scalar>
    ) {
        addGradients(rows: rows, x, outputGradient: outputGradient, stride: stride, parameters)
        guard let inputGradient else { return }
        self.inputGradient(
            rows: rows,
            outputGradient: outputGradient,
            stride: stride,
            inputGradient,
            adds: adds,
            parameters
        )
    }

    /// Adds to the gradients of weights and bias.
    func addGradients<Scalar: TrainingScalar>(
        rows: Int,
        _ x: UnsafePointer<Scalar>,
        outputGradient: UnsafePointer<Scalar>,
        stride: Int? = nil,
        _ parameters: Parameters<Scalar>
    ) {
        Scalar.addSumOfProducts(
            rows: rows,
            outputGradient,
            stride: stride ?? outputs,
            m: outputs,
            x,
            stride: inputs,
            n: inputs,
            into: parameters.gradients + weight,
            stride: inputs,
            sums: bias.map { parameters.gradients + $0 }
        )
    }

    /// Writes the gradient of x, or adds to it.
    func inputGradient<Scalar: TrainingScalar>(
        rows: Int,
        outputGradient: UnsafePointer<Scalar>,
        stride: Int? = nil,
        _ inputGradient: UnsafeMutablePointer<Scalar>,
        adds: Bool = false,
        _ parameters: Parameters<Scalar>
    ) {
        Scalar.product(
            outputGradient,
            stride: stride ?? outputs,
            MatrixOperand(parameters.values + weight, stride: inputs),
            m: rows,
            k: outputs,
            n: inputs,
            bias: nil,
            adds: adds,
            into: inputGradient,
            stride: inputs
        )
    }
}
