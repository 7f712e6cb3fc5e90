import Tensor

/// Tensors taken out of a file by name, each with the shape that the manifest asks for.
struct Weights {
    let tensors: SafeTensors
    let kernels: Kernels

    /// A tensor's numbers.
    func values(_ name: String, _ shape: [Int]) throws(ModelError) -> [Float] {
        guard let found = tensors.shape(of: name) else { throw .tensor(name: name, expected: shape, found: nil) }
        guard found == shape, let array = tensors.read(name) else {
            throw .tensor(name: name, expected: shape, found: found)
        }
        guard array.values.allSatisfy(\.isFinite) else {
            throw .file(path: "weights.safetensors", reason: "tensor \(name) holds values that are not finite")
        }
        return array.values
    }

    func frozen(_ name: String, _ count: Int) throws(ModelError) -> FrozenFloats {
        FrozenFloats(try values(name, [count]))
    }

    /// `name.weight` (outputs, inputs) and `name.bias` (outputs).
    func linear(_ name: String, inputs: Int, outputs: Int) throws(ModelError) -> PackedLinear {
        PackedLinear(
            weight: try values(name + ".weight", [outputs, inputs]),
            bias: try values(name + ".bias", [outputs]),
            inputs: inputs,
            outputs: outputs,
            kernels: kernels
        )
    }

    /// A convolution of width 1 or 3 as PyTorch stores it, (outputs, channels, taps), as a linear map of windows of
    /// rows: input tap * channels + channel.
    func convolution(_ name: String, channels: Int, outputs: Int, taps: Int, bias: Bool) throws(ModelError)
        -> PackedLinear
    {
        let weight = try values(name + ".weight", [outputs, channels, taps])
        var reordered = [Float](repeating: 0, count: weight.count)
        for output in 0..<outputs {
            for channel in 0..<channels {
                for tap in 0..<taps {
                    let place = (output * taps + tap) * channels + channel
                    reordered[place] = weight[(output * channels + channel) * taps + tap]
                }
            }
        }
        return PackedLinear(
            weight: reordered,
            bias: bias ? try values(name + ".bias", [outputs]) : nil,
            inputs: channels * taps,
            outputs: outputs,
            kernels: kernels
        )
    }
}
