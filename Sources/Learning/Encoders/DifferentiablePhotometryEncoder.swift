import AstroM3
import Glibc

/// The streaming photometry encoder with its projection and what its backward needs: rows of channels to unit embeddings.
/// Several light curves pass through together as packed tokens; see `AstroM3.PhotometryEncoder`.
final class DifferentiablePhotometryEncoder<Scalar: TrainingScalar> {
    private let width: Int
    private let embedding: Int
    private let tokenMap: DifferentiableTokenMap<Scalar>
    private let constants: DifferentiableConstantsEncoder<Scalar>?
    private let layers: [DifferentiableEncoderLayer<Scalar>]
    private let norm: DifferentiableNorm<Scalar>
    private let projection: DifferentiableLinear
    private let hasPositions: Bool
    private var positions: [Scalar] = []

    private let tokens = Buffer<Scalar>()
    private let pooled = Buffer<Scalar>()
    private let lengthInverse = Buffer<Scalar>()
    private let scratch = DifferentiableEncoderLayer<Scalar>.Scratch()
    private let pooledGradient = Buffer<Scalar>()
    private let vectors = Buffer<Scalar>()

    init(
        _ layers: PhotometryEncoder.Layers,
        _ manifest: ModelManifest,
        dropout: Double,
        _ layout: ParameterLayout
    ) {
        width = manifest.architecture.modelWidth
        embedding = layers.projection.outputs
        tokenMap = DifferentiableTokenMap(layers.tokens, layout)
        hasPositions = manifest.photometry.positionalEncoding == .sinusoidByIndex
        constants = layers.constants.map { DifferentiableConstantsEncoder($0, dropout: dropout, layout) }
        self.layers = layers.encoderLayers.map { DifferentiableEncoderLayer($0, manifest.architecture, layout) }
        norm = DifferentiableNorm(layers.norm, layout)
        projection = DifferentiableLinear(layers.projection, layout)
    }

    /// Unit embeddings (curves, embedding) of the light curves of an input.
    func forward(
        _ input: NetworkInput<Scalar>,
        _ embeddings: UnsafeMutablePointer<Scalar>,
        _ parameters: Parameters<Scalar>
    ) {
        let lengths = input.lengths
        let count = lengths.reduce(0, +)
        let tokens = tokens.reserve(count * width)
        if hasPositions { place(lengths, tokens) }
        tokenMap.forward(input.photometry, lengths, tokens, adds: hasPositions, parameters)
        forgetPoints(of: input, tokens)
        if let constants {
            let vectors = vectors.reserve(lengths.count * width)
            constants.forward(input.constants, count: lengths.count, vectors, noise: input.noise, parameters)
            addVectors(vectors, lengths, to: tokens)
        }
        for layer in layers { layer.forward(tokens, lengths: lengths, scratch, parameters) }
        norm.reserve(rows: count)
        norm.forward(rows: count, tokens, tokens, parameters)
        let pooled = pooled.reserve(lengths.count * width)
        pool(lengths, tokens, pooled)
        projection.forward(rows: lengths.count, pooled, embeddings, parameters)
        UnitRows.forward(
            rows: lengths.count,
            width: embedding,
            embeddings,
            inverse: lengthInverse.reserve(lengths.count)
        )
    }

    /// Adds to the gradients of all parameters. Takes the embeddings and their gradient, which it changes.
    func backward(
        _ input: NetworkInput<Scalar>,
        embeddings: UnsafePointer<Scalar>,
        _ gradient: UnsafeMutablePointer<Scalar>,
        _ parameters: Parameters<Scalar>
    ) {
        let lengths = input.lengths
        let count = lengths.reduce(0, +)
        UnitRows.backward(
            rows: lengths.count,
            width: embedding,
            embeddings,
            inverse: lengthInverse.pointer,
            gradient
        )
        let pooledGradient = pooledGradient.reserve(lengths.count * width)
        projection.backward(
            rows: lengths.count,
            pooled.pointer,
            outputGradient: gradient,
            inputGradient: pooledGradient,
            parameters
        )
        let tokens = tokens.reserve(count * width)
        spread(lengths, pooledGradient, tokens)
        norm.backward(rows: count, outputGradient: tokens, inputGradient: tokens, parameters)
        for layer in layers.reversed() { layer.backward(tokens, lengths: lengths, scratch, parameters) }
        if let constants {
            let gradient = vectors.reserve(lengths.count * width)
            sumTokens(tokens, lengths, into: gradient)
            constants.backward(gradient, count: lengths.count, parameters)
        }
        forgetPoints(of: input, tokens)
        tokenMap.backward(input.photometry, rows: count, tokens, parameters)
    }

    /// Begins each token with the place of its point (`PhotometryEncoder`'s sines and cosines).
    private func place(_ lengths: [Int], _ tokens: UnsafeMutablePointer<Scalar>) {
        for point in positions.count / width..<max(lengths.max() ?? 0, positions.count / width) {
            for pair in 0..<width / 2 {
                let angle = Double(point) * exp(Double(2 * pair) * -log(10000) / Double(width))
                // Inference knows them in single precision.
                positions += [Scalar(Float(sin(angle))), Scalar(Float(cos(angle)))]
            }
        }
        var token = tokens
        for length in lengths {
            positions.withUnsafeBufferPointer {
                if let start = $0.baseAddress { token.update(from: start, count: length * width) }
            }
            token += length * width
        }
    }

    /// Clears the tokens, or their gradient, of light curves of which a step sees the constants alone.
    private func forgetPoints(of input: NetworkInput<Scalar>, _ tokens: UnsafeMutablePointer<Scalar>) {
        guard !input.constantsOnly.isEmpty else { return }
        var token = tokens
        for (curve, length) in input.lengths.enumerated() {
            if input.constantsOnly[curve] { token.update(repeating: 0, count: length * width) }
            token += length * width
        }
    }

    private func addVectors(
        _ vectors: UnsafePointer<Scalar>,
        _ lengths: [Int],
        to tokens: UnsafeMutablePointer<Scalar>
    ) {
        var token = tokens
        for (curve, length) in lengths.enumerated() {
            let vector = vectors + curve * width
            for _ in 0..<length {
                for j in 0..<width { token[j] += vector[j] }
                token += width
            }
        }
    }

    private func sumTokens(
        _ tokens: UnsafePointer<Scalar>,
        _ lengths: [Int],
        into sums: UnsafeMutablePointer<Scalar>
    ) {
        var token = tokens
        sums.update(repeating: 0, count: lengths.count * width)
        for (curve, length) in lengths.enumerated() {
            let sum = sums + curve * width
            for _ in 0..<length {
                for j in 0..<width { sum[j] += token[j] }
                token += width
            }
        }
    }

    private func pool(_ lengths: [Int], _ tokens: UnsafePointer<Scalar>, _ pooled: UnsafeMutablePointer<Scalar>) {
        var token = tokens
        for (curve, length) in lengths.enumerated() {
            let mean = pooled + curve * width
            mean.update(repeating: 0, count: width)
            for _ in 0..<length {
                for j in 0..<width { mean[j] += token[j] }
                token += width
            }
            for j in 0..<width { mean[j] /= Scalar(length) }
        }
    }

    private func spread(_ lengths: [Int], _ pooled: UnsafePointer<Scalar>, _ tokens: UnsafeMutablePointer<Scalar>) {
        var token = tokens
        for (curve, length) in lengths.enumerated() {
            let mean = pooled + curve * width
            for _ in 0..<length {
                for j in 0..<width { token[j] = mean[j] / Scalar(length) }
                token += width
            }
        }
    }
}
