import AstroM3
import Tensor

/// A convolution along rows without padding: a sequence (length, channels) to (length - taps + 1, outputs).
///
/// Nothing is copied to windows: in the order (tap, channel) they stand in memory already and overlap. The gradient of the
/// input is a convolution too, of the result's gradient between rows of zeros. The weights file has (channel, tap), so that
/// weights and their gradient are rearranged, which is little: `prepare` before and `finish` after all sequences.
final class DifferentiableConvolution<Scalar: TrainingScalar> {
    private let channels: Int
    private let outputs: Int
    private let taps: Int
    private let weight: Int
    private let bias: Int?
    /// (tap, channel, output).
    private let arranged = Buffer<Scalar>()
    /// (tap from the last to the first, output, channel).
    private let reversed = Buffer<Scalar>()
    /// As `arranged`.
    private let gradient = Buffer<Scalar>()

    init(_ layer: ConvolutionLayer, _ layout: ParameterLayout) {
        (channels, outputs, taps) = (layer.channels, layer.outputs, layer.taps)
        weight = layout.offset(of: layer.weight)
        bias = layer.bias.map(layout.offset)
    }

    private var window: Int { taps * channels }

    /// Rows of zeros before and after the result's gradient that `backward` takes.
    var border: Int { taps - 1 }

    /// Takes the weights for what follows, and begins their gradient.
    func prepare(_ parameters: Parameters<Scalar>) {
        let weights = parameters.values + weight
        let (arranged, reversed) = (arranged.reserve(outputs * window), reversed.reserve(outputs * window))
        gradient.reserve(outputs * window).update(repeating: 0, count: outputs * window)
        forEachWeight { filed, output, channel, tap in
            arranged[(tap * channels + channel) * outputs + output] = weights[filed]
            reversed[((taps - 1 - tap) * outputs + output) * channels + channel] = weights[filed]
        }
    }

    /// Writes y (length - taps + 1, outputs) of x (length, channels).
    func forward(
        length: Int,
        _ x: UnsafePointer<Scalar>,
        _ y: UnsafeMutablePointer<Scalar>,
        _ parameters: Parameters<Scalar>
    ) {
        Scalar.product(
            x,
            stride: channels,
            MatrixOperand(arranged.pointer, stride: outputs),
            m: length - border,
            k: window,
            n: outputs,
            bias: bias.map { parameters.values + $0 },
            adds: false,
            into: y,
            stride: outputs
        )
    }

    /// Adds to the gradients of weights and bias; writes the gradient of x where it is wanted.
    ///
    /// - Parameter bordered: the gradient of y, with `border` rows of zeros before and after it.
    func backward(
        length: Int,
        _ x: UnsafePointer<Scalar>,
        bordered: UnsafePointer<Scalar>,
        inputGradient: UnsafeMutablePointer<Scalar>?,
        _ parameters: Parameters<Scalar>
    ) {
        let outputGradient = bordered + border * outputs
        Scalar.addSumOfProducts(
            rows: length - border,
            x,
            stride: channels,
            m: window,
            outputGradient,
            stride: outputs,
            n: outputs,
            into: gradient.pointer,
            stride: outputs,
            sums: nil
        )
        if let bias {
            let sums = parameters.gradients + bias
            Scalar.addColumnSums(rows: length - border, width: outputs, outputGradient, to: sums)
        }
        guard let inputGradient else { return }
        Scalar.product(
            bordered,
            stride: outputs,
            MatrixOperand(reversed.pointer, stride: channels),
            m: length,
            k: taps * outputs,
            n: channels,
            bias: nil,
            adds: false,
            into: inputGradient,
            stride: channels
        )
    }

    /// Adds what the backwards since `prepare` have summed to the weights' gradient.
    func finish(_ parameters: Parameters<Scalar>) {
        let (weights, gradient) = (parameters.gradients + weight, gradient.pointer)
        forEachWeight { filed, output, channel, tap in
            weights[filed] += gradient[(tap * channels + channel) * outputs + output]
        }
    }

    private func forEachWeight(_ body: (_ filed: Int, _ output: Int, _ channel: Int, _ tap: Int) -> Void) {
        for output in 0..<outputs {
            for channel in 0..<channels {
                for tap in 0..<taps { body((output * channels + channel) * taps + tap, output, channel, tap) }
            }
        }
    }
}
