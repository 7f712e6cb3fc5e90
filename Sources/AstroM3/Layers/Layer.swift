/// A layer says once which parameters it has; loading, seeding, the checks of a weights file and training all read it there.
package protocol Layer: Sendable {
    /// Its parameters, in the order of the weights file.
    var parameters: [Parameter] { get }
}

/// A linear map: `name.weight` (outputs, inputs) and `name.bias` (outputs).
package struct LinearLayer: Layer, Hashable {
    package let name: String
    package let inputs: Int
    package let outputs: Int

    package var weight: Parameter {
        Parameter(name: name + ".weight", shape: [outputs, inputs], start: .uniform(inputs: inputs))
    }

    package var bias: Parameter {
        Parameter(name: name + ".bias", shape: [outputs], start: .uniform(inputs: inputs))
    }

    package var parameters: [Parameter] { [weight, bias] }
}

/// A convolution along rows, as PyTorch stores it: `name.weight` (outputs, channels, taps) and, where it has one,
/// `name.bias` (outputs).
package struct ConvolutionLayer: Layer, Hashable {
    package let name: String
    package let channels: Int
    package let outputs: Int
    package let taps: Int
    package var hasBias = true

    package var weight: Parameter {
        Parameter(
            name: name + ".weight",
            shape: [outputs, channels, taps],
            start: .uniform(inputs: channels * taps)
        )
    }

    package var bias: Parameter? {
        hasBias ? Parameter(name: name + ".bias", shape: [outputs], start: .uniform(inputs: channels * taps)) : nil
    }

    package var parameters: [Parameter] { [weight] + (bias.map { [$0] } ?? []) }
}

/// A layer normalisation: a gain `name.weight` and an offset `name.bias`, both (width). It begins neutral.
package struct NormLayer: Layer, Hashable {
    package let name: String
    package let width: Int

    package var gain: Parameter { Parameter(name: name + ".weight", shape: [width], start: .constant(1)) }

    package var bias: Parameter { Parameter(name: name + ".bias", shape: [width], start: .constant(0)) }

    package var parameters: [Parameter] { [gain, bias] }
}
