import AstroM3

/// What makes tokens of points, with what its backward needs; see `AstroM3.PhotometryEncoder.TokenLayers`.
final class DifferentiableTokenMap<Scalar: TrainingScalar> {
    private enum Maps {
        case convolution(DifferentiableLinear)
        case perceptron(DifferentiableLinear, DifferentiableLinear)
    }

    private let channels: Int
    private let width: Int
    private let maps: Maps
    /// The convolution's windows, or the sums of the perceptron's first map.
    private let kept = Buffer<Scalar>()
    private let hidden = Buffer<Scalar>()
    private let hiddenGradient = Buffer<Scalar>()

    init(_ layers: PhotometryEncoder.TokenLayers, _ layout: ParameterLayout) {
        (channels, width) = (layers.channels, layers.width)
        switch layers {
        case .convolution(let layer): maps = .convolution(DifferentiableLinear(layer, layout))
        case .perceptron(let first, let second):
            maps = .perceptron(DifferentiableLinear(first, layout), DifferentiableLinear(second, layout))
        }
    }

    /// Writes tokens (sum of lengths, width) of points (sum of lengths, channels), or adds them to what stands there.
    func forward(
        _ points: UnsafePointer<Scalar>,
        _ lengths: [Int],
        _ tokens: UnsafeMutablePointer<Scalar>,
        adds: Bool,
        _ parameters: Parameters<Scalar>
    ) {
        let rows = lengths.reduce(0, +)
        switch maps {
        case .convolution(let map):
            let windows = kept.reserve(rows * 3 * channels)
            gather(points, lengths, windows)
            map.forward(rows: rows, windows, tokens, adds: adds, parameters)
        case .perceptron(let first, let second):
            let (sums, hidden) = (kept.reserve(rows * width), hidden.reserve(rows * width))
            first.forward(rows: rows, points, sums, parameters)
            Scalar.gelu(rows * width, sums, hidden)
            second.forward(rows: rows, hidden, tokens, adds: adds, parameters)
        }
    }

    /// Adds to the gradients of all parameters, of the tokens' gradient and the last forward's points.
    func backward(
        _ points: UnsafePointer<Scalar>,
        rows: Int,
        _ gradient: UnsafePointer<Scalar>,
        _ parameters: Parameters<Scalar>
    ) {
        switch maps {
        case .convolution(let map):
            map.backward(rows: rows, kept.pointer, outputGradient: gradient, inputGradient: nil, parameters)
        case .perceptron(let first, let second):
            let inner = hiddenGradient.reserve(rows * width)
            second.backward(
                rows: rows,
                hidden.pointer,
                outputGradient: gradient,
                inputGradient: inner,
                parameters
            )
            Scalar.geluBackward(rows * width, kept.pointer, inner)
            first.backward(rows: rows, points, outputGradient: inner, inputGradient: nil, parameters)
        }
    }

    /// For each point its window of three in the order (channel, tap), with zeros before the first and after the last.
    private func gather(_ rows: UnsafePointer<Scalar>, _ lengths: [Int], _ windows: UnsafeMutablePointer<Scalar>) {
        var first = 0
        for length in lengths {
            for point in 0..<length {
                let window = windows + (first + point) * 3 * channels
                for tap in 0..<3 {
                    let neighbour = point + tap - 1
                    let row = rows + (first + neighbour) * channels
                    for channel in 0..<channels {
                        window[channel * 3 + tap] = (0..<length).contains(neighbour) ? row[channel] : 0
                    }
                }
            }
            first += length
        }
    }
}
