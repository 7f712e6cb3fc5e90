internal import AstroM3
internal import Tensor

/// The run of one of an ensemble's other networks. What stands in its folder may have been left by an ensemble of another recipe,
/// part of the labels or fold: two of them are no model.
struct EnsembleMember {
    /// From 1.
    let number: Int
    let folder: RunFolder

    /// Refuses a run that is not this ensemble's.
    ///
    /// - Parameter whole: what the ensemble is asked for.
    /// - Throws: `RunFolder.Fault` where the run is of something else, or damaged.
    func check(_ whole: RunFolder.Description) throws {
        var wanted = whole
        wanted.member = number
        try folder.check(
            wanted,
            of: "ensemble",
            advice: "go on with what that was begun with, or train all members anew, in another folder"
        )
        if folder.isDone { _ = try weights() }
    }

    /// The best weights, without those of the loss's scales.
    ///
    /// - Throws: `RunFolder.Fault` where they cannot be read, or are not those that the run's own model was made of.
    func weights() throws -> [String: ShapedArray] {
        let best = TrainingRun.network(try RunFolder.weights(folder.best))
        let made = try RunFolder.weights("\(folder.model)/weights.safetensors")
        // A model keeps them in half precision.
        guard best == made || best.mapValues(\.halved) == made else {
            throw RunFolder.Fault(
                description:
                    "\(folder.best) are not the weights that \(folder.model) was made of: one of them is another run's; "
                    + "train this member anew, without its folder"
            )
        }
        return best
    }
}
