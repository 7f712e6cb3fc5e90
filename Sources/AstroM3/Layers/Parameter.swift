import Ground
package import Tensor

/// One tensor of a network: what it is called in a weights file, its shape, and what it starts from.
package struct Parameter: Hashable, Sendable {
    /// The value before any training.
    package enum Start: Hashable, Sendable {
        /// The same everywhere.
        case constant(Float)
        /// Uniform in ±1/√inputs, as PyTorch begins; `inputs` are the values that one output is a sum of.
        case uniform(inputs: Int)
    }

    /// Name in the weights file; the published keys where the published model has the tensor.
    package let name: String
    /// Length of each dimension, row-major.
    package let shape: [Int]
    /// What it starts from.
    package let start: Start

    /// A tensor by its name and shape; no lengths for a single number.
    package init(name: String, shape: [Int], start: Start) {
        self.name = name
        self.shape = shape
        self.start = start
    }

    /// How many numbers it has.
    package var count: Int { shape.reduce(1, *) }

    /// The values before training. A seed and a name give the same ones on every machine, whatever else the network has.
    package func initialValues(seed: UInt64) -> ShapedArray {
        let values: [Float]
        switch start {
        case .constant(let value):
            values = Array(repeating: value, count: count)
        case .uniform(let inputs):
            var generator = SplitMix64(seed: seed, name: name)
            let bound = 1 / Float(inputs).squareRoot()
            values = (0..<count).map { _ in generator.uniform() * bound }
        }
        return ShapedArray(shape: shape, values: values)
    }
}
