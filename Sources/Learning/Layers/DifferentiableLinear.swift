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
        let stride = stride ?? outputs
        if let bias {
            let bias = parameters.values + bias
            for row in 0..<rows {
                let y = y + row * stride
                if adds { for j in 0..<outputs { y[j] += bias[j] } } else { y.update(from: bias, count: outputs) }
            }
        }
        Scalar.multiply(
            MatrixOperand(x, stride: inputs),
            MatrixOperand(parameters.values + weight, stride: inputs).transposed,
            m: rows,
            k: inputs,
            n: outputs,
            factor: 1,
            into: y,
            stride: stride,
            kept: adds || bias != nil ? 1 : 0
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
        let stride = stride ?? outputs
        let gradient = MatrixOperand(outputGradient, stride: stride)
        Scalar.multiply(
            gradient.transposed,
            MatrixOperand(x, stride: inputs),
            m: outputs,
            k: rows,
            n: inputs,
            factor: 1,
            into: parameters.gradients + weight,
            stride: inputs,
            kept: 1
        )
        if let bias {
            let sums = parameters.gradients + bias
            for row in 0..<rows {
                let gradient = outputGradient + row * stride
                for j in 0..<outputs { sums[j] += gradient[j] }
            }
        }
        guard let inputGradient else { return }
        Scalar.multiply(
            gradient,
            MatrixOperand(parameters.values + weight, stride: inputs),
            m: rows,
            k: outputs,
            n: inputs,
            factor: 1,
            into: inputGradient,
            stride: inputs,
            kept: adds ? 1 : 0
        )
    }
}
