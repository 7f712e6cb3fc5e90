import Glibc
import Tensor

/// The photometry encoder with its projection: rows of channels to unit embeddings.
///
/// Several light curves pass through together as packed tokens, (sum of lengths, width), each attending to its own
/// only: there is no padding and so nothing to mask. `Architecture` and `PhotometryInput` say how points become tokens,
/// where layers normalise and how a token knows its place. The published variant is the same network with every curve
/// padded to 200 rows, a circular convolution, heads merged without transposing back, and a projection of the
/// flattened output; its sparse attention is taken in its deterministic limit, every query kept.
package struct PhotometryEncoder: Sendable {
    /// What the encoder consists of.
    package struct Layers: Layer, Hashable {
        package let tokens: TokenLayers
        /// Of models that know constants of a light curve.
        package let constants: ConstantsEncoder.Layers?
        package let encoderLayers: [EncoderLayer.Layers]
        package let norm: NormLayer
        /// Of the padded and flattened output (published) or of its mean (streaming).
        package let projection: LinearLayer

        init(_ manifest: ModelManifest) {
            let architecture = manifest.architecture
            let width = architecture.modelWidth
            let name = "photometry_encoder"
            tokens = TokenLayers(manifest, name: "\(name).enc_embedding.value_embedding")
            constants =
                manifest.photometry.constants.isEmpty
                ? nil
                : ConstantsEncoder.Layers(
                    name: "\(name).constants",
                    inputs: manifest.photometry.constantsInput.width,
                    outputs: width
                )
            encoderLayers = (0..<architecture.layers).map {
                EncoderLayer.Layers("\(name).encoder.attn_layers.\($0)", architecture)
            }
            norm = NormLayer(name: "\(name).encoder.norm", width: width)
            let isFlattened = manifest.variant == .published
            projection = LinearLayer(
                name: isFlattened ? "photometry_proj" : "photometry_proj_pooled",
                inputs: isFlattened ? manifest.photometry.maximumPoints * width : width,
                outputs: architecture.embedding
            )
        }

        package var parameters: [Parameter] {
            tokens.parameters + (constants?.parameters ?? []) + encoderLayers.flatMap(\.parameters)
                + norm.parameters + projection.parameters
        }
    }

    let variant: ModelManifest.Variant
    let maximumPoints: Int
    private let architecture: Architecture
    private let kernels: Kernels
    private let tokenMap: TokenMap
    /// Of models that know constants of a light curve.
    let constants: ConstantsEncoder?
    private let layers: [EncoderLayer]
    private let norm: Norm
    /// What each token begins with; nil where none knows its place.
    private let positions: FrozenFloats?
    private let projection: PackedLinear

    init(_ layers: Layers, manifest: ModelManifest, weights: Weights) throws(ModelError) {
        variant = manifest.variant
        architecture = manifest.architecture
        maximumPoints = manifest.photometry.maximumPoints
        kernels = weights.kernels
        tokenMap = try TokenMap(layers.tokens, weights: weights)
        constants = try layers.constants.map { layers throws(ModelError) in
            try ConstantsEncoder(layers, weights: weights)
        }
        var encoderLayers: [EncoderLayer] = []
        for layer in layers.encoderLayers {
            encoderLayers.append(try EncoderLayer(layer, architecture: architecture, weights: weights))
        }
        self.layers = encoderLayers
        norm = try weights.norm(layers.norm)
        positions =
            switch manifest.photometry.positionalEncoding {
            case .sinusoidByIndex: Self.positions(count: maximumPoints, width: architecture.modelWidth)
            case .none: nil
            }
        projection = try weights.linear(layers.projection)
    }

    /// Numbers of a point.
    var channels: Int { tokenMap.channels }

    /// Rows that a light curve of a number of points takes on its way through the layers.
    func tokens(forPoints points: Int) -> Int {
        variant == .published ? maximumPoints : points
    }

    /// Rows of input memory for a light curve: its tokens and one row before and after them, the neighbours of its ends.
    func inputRows(forPoints points: Int) -> Int {
        tokens(forPoints: points) + 2
    }

    /// Unit embeddings (light curves, embedding) of rows of channels.
    ///
    /// `input` holds for each light curve `inputRows` rows: one that is filled here, its points, and what is filled
    /// here after them. All lengths are at least 1. `constants` holds a row of their encoder's inputs for each light curve,
    /// where the model knows any.
    func embed(
        input: UnsafeMutablePointer<Float>,
        lengths: [Int],
        constants rows: UnsafePointer<Float>,
        memory: PhotometryMemory,
        embeddings: UnsafeMutablePointer<Float>
    ) {
        guard !lengths.isEmpty else { return }
        let tokenCounts = lengths.map(tokens(forPoints:))
        memory.reserve(tokens: tokenCounts.reduce(0, +), curves: lengths.count, longest: tokenCounts.max() ?? 0)
        let tokens = memory.tokens.pointer
        embedTokens(input: input, lengths: lengths, tokens: tokens, block: memory.layer.block)
        if let constants {
            let vectors = constants.apply(count: lengths.count, rows: rows, memory: memory.constants)
            add(vectors, lengths: tokenCounts, to: tokens)
        }
        for layer in layers {
            layer.apply(
                tokens: tokens,
                lengths: tokenCounts,
                merge: variant == .published ? .untransposed : .interleaved,
                memory: memory.layer
            )
        }
        norm.apply(rows: tokenCounts.reduce(0, +), tokens)
        project(lengths: lengths, tokens: tokens, pooled: memory.pooled.pointer, embeddings: embeddings)
    }

    /// The token of each point, with its place.
    private func embedTokens(
        input: UnsafeMutablePointer<Float>,
        lengths: [Int],
        tokens: UnsafeMutablePointer<Float>,
        block: UnsafeMutablePointer<Float>
    ) {
        let width = architecture.modelWidth
        var row = input
        var token = tokens
        for length in lengths {
            let count = self.tokens(forPoints: length)
            let end = row + (count + 1) * channels
            (row + (length + 1) * channels).update(repeating: 0, count: (count + 1 - length) * channels)
            switch variant {
            case .streaming:
                row.update(repeating: 0, count: channels)
            case .published:
                row.update(from: end - channels, count: channels)
                end.update(from: row + channels, count: channels)
            }
            if let positions { token.update(from: positions.pointer, count: count * width) }
            tokenMap.apply(count: count, points: row + channels, tokens: token, adds: positions != nil, block: block)
            row = end + channels
            token += count * width
        }
    }

    /// Adds the vector of each light curve to all of its tokens.
    private func add(_ vectors: UnsafePointer<Float>, lengths: [Int], to tokens: UnsafeMutablePointer<Float>) {
        let width = architecture.modelWidth
        var token = tokens
        for (curve, length) in lengths.enumerated() {
            let vector = vectors + curve * width
            for _ in 0..<length {
                for j in 0..<width { token[j] += vector[j] }
                token += width
            }
        }
    }

    private func project(
        lengths: [Int],
        tokens: UnsafeMutablePointer<Float>,
        pooled: UnsafeMutablePointer<Float>,
        embeddings: UnsafeMutablePointer<Float>
    ) {
        let width = architecture.modelWidth
        var token = tokens
        switch variant {
        case .streaming:
            for (place, length) in lengths.enumerated() {
                kernels.meanRows(rows: length, width: width, input: token, output: pooled + place * width)
                token += length * width
            }
            projection.apply(rows: lengths.count, input: pooled, output: embeddings)
        case .published:
            for length in lengths {
                let padding = (maximumPoints - length) * width
                (token + length * width).update(repeating: 0, count: padding)
                token += maximumPoints * width
            }
            projection.apply(rows: lengths.count, input: tokens, output: embeddings)
        }
        kernels.normaliseRows(
            rows: lengths.count,
            width: architecture.embedding,
            values: embeddings,
            stride: architecture.embedding
        )
    }

    /// sin and cos of index / 10000^(2i / width), interleaved (Vaswani et al. 2017).
    private static func positions(count: Int, width: Int) -> FrozenFloats {
        FrozenFloats(count: count * width) { pointer in
            for i in stride(from: 0, to: width, by: 2) {
                let frequency = exp(Double(i) * -log(10000) / Double(width))
                for position in 0..<count {
                    pointer[position * width + i] = Float(sin(Double(position) * frequency))
                    pointer[position * width + i + 1] = Float(cos(Double(position) * frequency))
                }
            }
        }
    }
}
