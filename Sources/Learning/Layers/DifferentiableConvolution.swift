import AstroM3
import Tensor

/// A convolution along rows without padding: sequences (length, channels) to (length - taps + 1, outputs).
///
/// Its windows are copied in the order (tap, channel), in which they stand in memory already but overlap; the weights file
/// has (channel, tap), so that weights and their gradient are rearranged, which is little.
final class DifferentiableConvolution<Scalar: TrainingScalar> {
    private let channels: Int
    private let outputs: Int
    private let taps: Int
    private let weight: Int
    private let bias: Int?
    private let arranged = Buffer<Scalar>()
    private let arrangedGradient = Buffer<Scalar>()

    init(_ layer: ConvolutionLayer, _ layout: ParameterLayout) {
        (channels, outputs, taps) = (layer.channels, layer.outputs, layer.taps)
        weight = layout.offset(of: layer.weight)
        bias = layer.bias.map(layout.offset)
    }

    private var window: Int { taps * channels }

    /// Writes y (count, length - taps + 1, outputs) of x (count, length, channels).
    func forward(
        count: Int,
        length: Int,
        _ x: UnsafePointer<Scalar>,
        _ y: UnsafeMutablePointer<Scalar>,
        _ scratch: Buffer<Scalar>,
        _ parameters: Parameters<Scalar>
    ) {
        let rows = length - taps + 1
        let arranged = arrange(parameters.values + weight)
        let windows = scratch.reserve(rows * window)
        for sequence in 0..<count {
            gather(x + sequence * length * channels, rows, windows)
            let y = y + sequence * rows * outputs
            for row in 0..<rows {
                let to = y + row * outputs
                if let bias { to.update(from: parameters.values + bias, count: outputs) }
            }
            Scalar.multiply(
                MatrixOperand(windows, stride: window),
                MatrixOperand(arranged, stride: window).transposed,
                m: rows,
                k: window,
                n: outputs,
                factor: 1,
                into: y,
                stride: outputs,
                kept: bias == nil ? 0 : 1
            )
        }
    }

    /// Adds to the gradients of weights and bias; writes the gradient of x where it is wanted.
    func backward(
        count: Int,
        length: Int,
        _ x: UnsafePointer<Scalar>,
        outputGradient: UnsafePointer<Scalar>,
        inputGradient: UnsafeMutablePointer<Scalar>?,
        _ scratch: Buffer<Scalar>,
        _ parameters: Parameters<Scalar>
    ) {
        let rows = length - taps + 1
        let arranged = arrange(parameters.values + weight)
        let weights = arrangedGradient.reserve(outputs * window)
        weights.update(repeating: 0, count: outputs * window)
        let windows = scratch.reserve(rows * window)
        for sequence in 0..<count {
            let gradient = outputGradient + sequence * rows * outputs
            gather(x + sequence * length * channels, rows, windows)
            Scalar.multiply(
                MatrixOperand(gradient, stride: outputs).transposed,
                MatrixOperand(windows, stride: window),
                m: outputs,
                k: rows,
                n: window,
                factor: 1,
                into: weights,
                stride: window,
                kept: 1
            )
            if let bias {
                let sums = parameters.gradients + bias
                for row in 0..<rows { for j in 0..<outputs { sums[j] += gradient[row * outputs + j] } }
            }
            guard let inputGradient else { continue }
            Scalar.multiply(
                MatrixOperand(gradient, stride: outputs),
                MatrixOperand(arranged, stride: window),
                m: rows,
                k: outputs,
                n: window,
                factor: 1,
                into: windows,
                stride: window,
                kept: 0
            )
            scatter(windows, rows, inputGradient + sequence * length * channels)
        }
        addArranged(weights, to: parameters.gradients + weight)
    }

    private func gather(_ x: UnsafePointer<Scalar>, _ rows: Int, _ windows: UnsafeMutablePointer<Scalar>) {
        for row in 0..<rows { (windows + row * window).update(from: x + row * channels, count: window) }
    }

    private func scatter(_ windows: UnsafePointer<Scalar>, _ rows: Int, _ x: UnsafeMutablePointer<Scalar>) {
        x.update(repeating: 0, count: (rows + taps - 1) * channels)
        for row in 0..<rows {
            let (from, to) = (windows + row * window, x + row * channels)
            for j in 0..<window { to[j] += from[j] }
        }
    }

    private func arrange(_ weights: UnsafePointer<Scalar>) -> UnsafeMutablePointer<Scalar> {
        let result = arranged.reserve(outputs * window)
        forEachWeight { filed, placed in result[placed] = weights[filed] }
        return result
    }

    private func addArranged(_ gradient: UnsafePointer<Scalar>, to weights: UnsafeMutablePointer<Scalar>) {
        forEachWeight { filed, placed in weights[filed] += gradient[placed] }
    }

    private func forEachWeight(_ body: (_ filed: Int, _ placed: Int) -> Void) {
        for output in 0..<outputs {
            for channel in 0..<channels {
                for tap in 0..<taps {
                    body((output * channels + channel) * taps + tap, output * window + tap * channels + channel)
                }
            }
        }
    }
}
