import Tensor

/// Attention heads that are narrower than the kernel's, brought to its width: zeros follow the numbers of each head in
/// queries, keys and values, so that scores and contexts stay what they are, and the map of the contexts takes nothing of
/// the zeros' places. Queries are scaled, so that the kernel's 1 / sqrt(its width) becomes 1 / sqrt(the head's).
struct HeadPadding {
    /// Attention heads.
    let heads: Int
    /// Width of a head.
    let width: Int

    /// Width of all heads together, as the kernel has them.
    var paddedWidth: Int { heads * Kernels.headWidth }

    init(_ architecture: Architecture) {
        (heads, width) = (architecture.heads, architecture.headWidth)
    }

    /// Queries, keys and values of all heads, one after the other, as one map.
    func projections(_ layers: EncoderLayer.Layers, _ weights: Weights) throws(ModelError) -> PackedLinear {
        var (weight, bias) = ([Float](), [Float]())
        let inputs = layers.query.inputs
        for (layer, factor) in [(layers.query, queryFactor), (layers.key, 1), (layers.value, 1)] {
            weight += padded(try weights.values(layer.weight), rowsOf: inputs, factor)
            bias += padded(try weights.values(layer.bias), rowsOf: 1, factor)
        }
        return PackedLinear(
            weight: weight,
            bias: bias,
            inputs: inputs,
            outputs: 3 * paddedWidth,
            kernels: weights.kernels
        )
    }

    /// The map of all heads' contexts.
    func output(_ layer: LinearLayer, _ weights: Weights) throws(ModelError) -> PackedLinear {
        // Each row of the weights is a list of numbers of all heads.
        let weight = try weights.values(layer.weight)
        let rows = stride(from: 0, to: weight.count, by: layer.inputs).map {
            Array(weight[$0..<$0 + layer.inputs])
        }
        return PackedLinear(
            weight: rows.flatMap { padded($0, rowsOf: 1, 1) },
            bias: try weights.values(layer.bias),
            inputs: paddedWidth,
            outputs: layer.outputs,
            kernels: weights.kernels
        )
    }

    private var queryFactor: Float { (Float(Kernels.headWidth) / Float(width)).squareRoot() }

    /// Rows (heads x width, length) times a factor as rows (heads x kernel's width, length).
    private func padded(_ values: [Float], rowsOf length: Int, _ factor: Float) -> [Float] {
        let (size, paddedSize) = (width * length, Kernels.headWidth * length)
        var result = [Float](repeating: 0, count: heads * paddedSize)
        for head in 0..<heads {
            for place in 0..<size { result[head * paddedSize + place] = values[head * size + place] * factor }
        }
        return result
    }
}
