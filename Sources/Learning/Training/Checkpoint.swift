import AstroM3
import FoundationEssentials
import Ground
package import Tensor

/// All that a run needs to go on as if it had not been interrupted: the weights, the optimiser's moments, and how many steps
/// there were. A safetensors file, put in place whole.
package struct Checkpoint: Sendable {
    /// Why a checkpoint cannot be used.
    package enum Fault: Error, Hashable, Sendable, CustomStringConvertible {
        case unreadable(path: String, reason: String)
        /// It belongs to another network.
        case otherNetwork(path: String, tensor: String, expected: [Int], found: [Int]?)

        /// What is wrong, and what to do.
        package var description: String {
            switch self {
            case .unreadable(let path, let reason): "the checkpoint \(path) cannot be read: \(reason)"
            case .otherNetwork(let path, let tensor, let expected, let found):
                "the checkpoint \(path) is of another network: \(tensor) should be \(expected), and "
                    + (found.map { "is \($0)" } ?? "is missing")
                    + ". Go on with the recipe that it was made with, or begin a new run"
            }
        }
    }

    /// How many steps there were.
    package var steps: Int
    /// By the parameters' names.
    package var weights: [String: ShapedArray]
    /// The averages of the steps' weights (`Trainer.Settings.averaging`), by the parameters' names.
    package var averages: [String: ShapedArray]
    /// The first moments of AdamW, by the parameters' names.
    package var first: [String: ShapedArray]
    /// The second moments.
    package var second: [String: ShapedArray]
    /// What a run keeps beside, as its best loss; kept in the same file, so that they are of the same step.
    package var notes: [String: String] = [:]

    private static let stepsKey = "steps"
    private static let kinds = ["weights", "averages", "first", "second"]

    /// Writes the checkpoint in the place of the one that is there.
    ///
    /// - Throws: `DurableFile.Failure`, as where the disk is full; the former checkpoint is intact then.
    package func write(to path: String) throws {
        var tensors: [String: ShapedArray] = [:]
        for (kind, values) in zip(Self.kinds, [weights, averages, first, second]) {
            for (name, array) in values { tensors["\(kind)/\(name)"] = array }
        }
        let data = try SafeTensors.encode(tensors, metadata: notes.merging([Self.stepsKey: String(steps)]) { $1 })
        try data.withUnsafeBytes { try DurableFile.write($0, to: path) }
    }

    /// Reads a checkpoint of a network with these parameters.
    ///
    /// - Throws: `Fault`.
    package init(path: String, for layout: ParameterLayout) throws(Fault) {
        let contents: [UInt8]
        do throws(FileError) {
            contents = try FileContents.read(path, maximum: FileContents.largestNumbers)
        } catch { throw .unreadable(path: path, reason: error.reason) }
        let tensors: SafeTensors
        do {
            tensors = try SafeTensors(Data(contents))
        } catch { throw .unreadable(path: path, reason: "\(error.inWords)") }
        guard let text = tensors.metadata[Self.stepsKey], let steps = Int(text), steps >= 0 else {
            throw .unreadable(path: path, reason: "it does not say how many steps there were")
        }
        var read: [[String: ShapedArray]] = []
        for kind in Self.kinds {
            var values: [String: ShapedArray] = [:]
            for parameter in layout.parameters {
                let name = "\(kind)/\(parameter.name)"
                let shape = tensors.shape(of: name)
                guard shape == parameter.shape, let array = tensors.read(name) else {
                    throw .otherNetwork(path: path, tensor: name, expected: parameter.shape, found: shape)
                }
                values[parameter.name] = array
            }
            read.append(values)
        }
        let known = Set(Self.kinds.flatMap { kind in layout.parameters.map { "\(kind)/\($0.name)" } })
        if let other = tensors.names.first(where: { !known.contains($0) }) {
            throw .otherNetwork(path: path, tensor: other, expected: [], found: tensors.shape(of: other))
        }
        self.steps = steps
        notes = tensors.metadata.filter { $0.key != Self.stepsKey }
        (weights, averages, first, second) = (read[0], read[1], read[2], read[3])
    }

    init(
        steps: Int,
        weights: [String: ShapedArray],
        averages: [String: ShapedArray],
        first: [String: ShapedArray],
        second: [String: ShapedArray]
    ) {
        (self.steps, self.weights, self.averages) = (steps, weights, averages)
        (self.first, self.second) = (first, second)
    }
}
