package import AstroM3
import Tensor

/// Where each parameter of a network stands in one vector of numbers: weights, gradients and the optimiser's moments are
/// such vectors, so that a step, a checkpoint and a mean over threads are one loop each.
package struct ParameterLayout: Sendable {
    /// The parameters, one after the other.
    package let parameters: [Parameter]
    /// How many numbers they have together.
    package let count: Int
    private let offsets: [String: Int]

    /// The parameters in their order.
    package init(_ parameters: [Parameter]) {
        var (offsets, next) = ([String: Int](), 0)
        for parameter in parameters {
            offsets[parameter.name] = next
            next += parameter.count
        }
        self.parameters = parameters
        self.offsets = offsets
        count = next
    }

    /// Where a parameter begins. It must be one of the layout's.
    package func offset(of parameter: Parameter) -> Int {
        guard let offset = offsets[parameter.name] else {
            preconditionFailure("\(parameter.name) is no parameter of this network")
        }
        return offset
    }

    /// The numbers that a parameter takes.
    package func range(of parameter: Parameter) -> Range<Int> {
        let offset = offset(of: parameter)
        return offset..<offset + parameter.count
    }
}

extension ParameterLayout {
    /// A vector in this layout as tensors by name.
    func tensors(_ vector: [Float]) -> [String: ShapedArray] {
        Dictionary(
            uniqueKeysWithValues: parameters.map {
                ($0.name, ShapedArray(shape: $0.shape, values: Array(vector[range(of: $0)])))
            }
        )
    }

    /// Tensors by name, all of the layout's among them, as a vector in this layout.
    func vector(_ tensors: [String: ShapedArray]) -> [Float] {
        parameters.flatMap { tensors[$0.name]?.values ?? [Float](repeating: 0, count: $0.count) }
    }
}

/// What a layer computes with and what it adds to: the numbers of all parameters and their gradients, in one layout.
struct Parameters<Scalar> {
    let values: UnsafePointer<Scalar>
    let gradients: UnsafeMutablePointer<Scalar>
}
