import Tensor

/// Encoded numbers (`FeatureEncoding`) as a vector that is added to another: three linear maps with GELU between them. Of the
/// numbers of a whole light curve (`LightCurveConstants`) it is added to each of its tokens; of these and the metadata together
/// to the fused embedding (`FusionInput`).
package struct ConstantsEncoder: Sendable {
    /// What the encoder consists of.
    package struct Layers: Layer, Hashable {
        package let first: LinearLayer
        package let second: LinearLayer
        package let output: LinearLayer

        /// Width of the two hidden layers.
        static let width = 128

        init(name: String, inputs: Int, outputs: Int) {
            let width = Self.width
            first = LinearLayer(name: "\(name).0", inputs: inputs, outputs: width)
            second = LinearLayer(name: "\(name).2", inputs: width, outputs: width)
            output = LinearLayer(name: "\(name).4", inputs: width, outputs: outputs)
        }

        package var parameters: [Parameter] { [first, second, output].flatMap(\.parameters) }
    }

    /// Inputs of a row.
    let inputs: Int
    private let first: PackedLinear
    private let second: PackedLinear
    private let output: PackedLinear

    init(_ layers: Layers, weights: Weights) throws(ModelError) {
        inputs = layers.first.inputs
        first = try weights.linear(layers.first)
        second = try weights.linear(layers.second)
        output = try weights.linear(layers.output)
    }

    /// Vectors (count, outputs) of rows (count, inputs).
    func apply(count: Int, rows: UnsafePointer<Float>, memory: Memory) -> UnsafePointer<Float> {
        let hidden = (memory.hidden.0, memory.hidden.1)
        hidden.0.reserve(count * first.outputs)
        hidden.1.reserve(count * second.outputs)
        memory.vectors.reserve(count * output.outputs)
        first.apply(rows: count, input: rows, output: hidden.0.pointer, epilogue: .gelu)
        second.apply(rows: count, input: hidden.0.pointer, output: hidden.1.pointer, epilogue: .gelu)
        output.apply(rows: count, input: hidden.1.pointer, output: memory.vectors.pointer)
        return UnsafePointer(memory.vectors.pointer)
    }

    /// Memory of one thread; it lives as long as what `apply` returns.
    struct Memory {
        let hidden = (AlignedFloats(count: 0), AlignedFloats(count: 0))
        let vectors = AlignedFloats(count: 0)
    }
}
