import Tensor

/// Points of a light curve to tokens.
struct TokenMap: Sendable {
    private enum Maps: Sendable {
        case convolution(PackedLinear)
        case perceptron(PackedLinear, PackedLinear)
    }

    /// Numbers of a point.
    let channels: Int
    private let width: Int
    private let maps: Maps

    init(_ layers: PhotometryEncoder.TokenLayers, weights: Weights) throws(ModelError) {
        (channels, width) = (layers.channels, layers.width)
        switch layers {
        case .convolution(let layer): maps = .convolution(try weights.convolution(layer))
        case .perceptron(let first, let second):
            maps = .perceptron(try weights.linear(first), try weights.linear(second))
        }
    }

    /// Writes the tokens (count, width) of a light curve's points (count, channels), or adds them to what stands there.
    ///
    /// One row of channels stands before the first point and one after the last: their neighbours. `block` holds
    /// `Kernels.blockRows` rows of a token's width.
    func apply(
        count: Int,
        points: UnsafePointer<Float>,
        tokens: UnsafeMutablePointer<Float>,
        adds: Bool,
        block: UnsafeMutablePointer<Float>
    ) {
        let epilogue: Kernels.Epilogue = adds ? .accumulate : .plain
        switch maps {
        case .convolution(let map):
            // Windows of three rows, which overlap.
            let windows = points - channels
            map.apply(rows: count, input: windows, inputStride: channels, output: tokens, epilogue: epilogue)
        case .perceptron(let first, let second):
            for start in stride(from: 0, to: count, by: Kernels.blockRows) {
                let rows = min(Kernels.blockRows, count - start)
                first.apply(rows: rows, input: points + start * channels, output: block, epilogue: .gelu)
                second.apply(rows: rows, input: block, output: tokens + start * width, epilogue: epilogue)
            }
        }
    }
}

extension PhotometryEncoder {
    /// What makes tokens of points.
    package enum TokenLayers: Layer, Hashable {
        /// A convolution over three points, without bias.
        case convolution(ConvolutionLayer)
        /// Two linear maps of each point alone, with GELU between them.
        case perceptron(LinearLayer, LinearLayer)

        init(_ manifest: ModelManifest, name: String) {
            let (channels, width) = (manifest.photometry.channels.count, manifest.architecture.modelWidth)
            switch manifest.architecture.tokens {
            case .convolution:
                self = .convolution(
                    ConvolutionLayer(
                        name: "\(name).tokenConv",
                        channels: channels,
                        outputs: width,
                        taps: 3,
                        hasBias: false
                    )
                )
            case .perceptron:
                self = .perceptron(
                    LinearLayer(name: "\(name).0", inputs: channels, outputs: width),
                    LinearLayer(name: "\(name).2", inputs: width, outputs: width)
                )
            }
        }

        /// Numbers of a point.
        package var channels: Int {
            switch self {
            case .convolution(let layer): layer.channels
            case .perceptron(let first, _): first.inputs
            }
        }

        /// Numbers of a token.
        package var width: Int {
            switch self {
            case .convolution(let layer): layer.outputs
            case .perceptron(_, let second): second.outputs
            }
        }

        package var parameters: [Parameter] {
            switch self {
            case .convolution(let layer): layer.parameters
            case .perceptron(let first, let second): first.parameters + second.parameters
            }
        }
    }
}
