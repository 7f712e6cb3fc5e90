import Tensor

/// The values of declared layers out of a weights file, packed for the kernels.
struct Weights {
    let tensors: SafeTensors
    let kernels: Kernels
    /// What stands before the names of the parameters.
    var prefix = ""

    /// A parameter's numbers.
    func values(_ parameter: Parameter) throws(ModelError) -> [Float] {
        let name = prefix + parameter.name
        let found = tensors.shape(of: name)
        guard found == parameter.shape, let array = tensors.read(name) else {
            throw .tensor(name: name, expected: parameter.shape, found: found)
        }
        guard array.values.allSatisfy(\.isFinite) else {
            throw .file(path: ModelFolder.weights, reason: "tensor \(name) holds values that are not finite")
        }
        return array.values
    }

    /// A linear map; `order` rearranges the weights before they are packed.
    func linear(_ layer: LinearLayer, order: ([Float]) -> [Float] = { $0 }) throws(ModelError) -> PackedLinear {
        PackedLinear(
            weight: order(try values(layer.weight)),
            bias: try values(layer.bias),
            inputs: layer.inputs,
            outputs: layer.outputs,
            kernels: kernels
        )
    }

    /// A convolution as a linear map of windows of rows: input tap * channels + channel.
    func convolution(_ layer: ConvolutionLayer) throws(ModelError) -> PackedLinear {
        let (channels, taps) = (layer.channels, layer.taps)
        let weight = try values(layer.weight)
        var reordered = [Float](repeating: 0, count: weight.count)
        for output in 0..<layer.outputs {
            for channel in 0..<channels {
                for tap in 0..<taps {
                    let place = (output * taps + tap) * channels + channel
                    reordered[place] = weight[(output * channels + channel) * taps + tap]
                }
            }
        }
        var bias: [Float]?
        if let parameter = layer.bias { bias = try values(parameter) }
        return PackedLinear(
            weight: reordered,
            bias: bias,
            inputs: channels * taps,
            outputs: layer.outputs,
            kernels: kernels
        )
    }

    /// A layer normalisation.
    func norm(_ layer: NormLayer) throws(ModelError) -> Norm {
        Norm(
            width: layer.width,
            gain: FrozenFloats(try values(layer.gain)),
            bias: FrozenFloats(try values(layer.bias)),
            kernels: kernels
        )
    }
}

/// A layer normalisation with its values.
struct Norm: Sendable {
    let width: Int
    let gain: FrozenFloats
    let bias: FrozenFloats
    let kernels: Kernels

    /// Normalises rows in place.
    func apply(rows: Int, _ tokens: UnsafeMutablePointer<Float>) { apply(rows: rows, tokens, to: tokens) }

    /// Writes the normalised rows.
    func apply(rows: Int, _ tokens: UnsafePointer<Float>, to output: UnsafeMutablePointer<Float>) {
        kernels.layerNorm(
            rows: rows,
            width: width,
            input: tokens,
            gain: gain,
            bias: bias,
            output: output
        )
    }
}
