internal import CKernels

/// A linear map with its weights packed once into the order that the kernels read them in. Immutable, shared by all
/// threads.
///
/// Each result is summed in the same order whatever the number of rows, so that a row's answer does not depend on
/// the rows beside it.
package final class PackedLinear: Sendable {
    /// Length of an input row.
    package let inputs: Int
    /// Length of an output row.
    package let outputs: Int
    /// The kernels that the weights are packed for.
    package let kernels: Kernels
    private let packed: FrozenFloats
    private let bias: FrozenFloats?

    /// Packs weights of which element (input i, output j) stands at `i * inputStride + j * outputStride`, and a bias
    /// of one value an output.
    package init(
        inputs: Int,
        outputs: Int,
        weights: [Float],
        inputStride: Int,
        outputStride: Int,
        bias: [Float]?,
        kernels: Kernels
    ) {
        precondition(weights.count > (inputs - 1) * inputStride + (outputs - 1) * outputStride)
        precondition(bias == nil || bias?.count == outputs)
        self.inputs = inputs
        self.outputs = outputs
        self.kernels = kernels
        let table = kernels.table
        packed = FrozenFloats(count: tk_packed_size(table, inputs, outputs)) { pointer in
            weights.withUnsafeBufferPointer {
                tk_pack(table, inputs, outputs, $0.baseAddress, inputStride, outputStride, pointer)
            }
        }
        // As long as the panels, so that the last one reads zeros and not beyond the end.
        self.bias = bias.map { values in
            FrozenFloats(values + Array(repeating: 0, count: tk_packed_size(table, 1, outputs) - values.count))
        }
    }

    /// Packs a matrix as PyTorch stores it: weight (outputs, inputs), bias (outputs).
    package convenience init(weight: [Float], bias: [Float]?, inputs: Int, outputs: Int, kernels: Kernels) {
        self.init(
            inputs: inputs,
            outputs: outputs,
            weights: weight,
            inputStride: 1,
            outputStride: inputs,
            bias: bias,
            kernels: kernels
        )
    }

    /// Output rows (rows, outputs) of input rows (rows, inputs). Input rows may overlap: with a stride below their
    /// length they are the windows of a convolution.
    package func apply(
        rows: Int,
        input: UnsafePointer<Float>,
        inputStride: Int? = nil,
        output: UnsafeMutablePointer<Float>,
        outputStride: Int? = nil,
        epilogue: Kernels.Epilogue = .plain
    ) {
        kernels.table.pointee.linear(
            rows,
            outputs,
            inputs,
            input,
            inputStride ?? inputs,
            packed.pointer,
            bias?.pointer,
            epilogue.rawValue,
            output,
            outputStride ?? outputs
        )
    }
}
