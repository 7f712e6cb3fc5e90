import Tensor

@testable import Training

extension RunFolder {
    /// A part of the checkpoint, as `weights` or `averages`, by the names that the network has for its tensors.
    func checkpointed(_ part: String) throws -> [String: ShapedArray] {
        var tensors: [String: ShapedArray] = [:]
        for (name, array) in try Self.weights(checkpoint) where name.hasPrefix(part + "/") {
            tensors[String(name.dropFirst(part.count + 1))] = array
        }
        return tensors
    }
}
