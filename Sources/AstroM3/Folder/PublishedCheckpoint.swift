import Ground
import Tensor

extension ModelBuilder {
    /// Mean and standard deviation by column, as a published checkpoint was trained with.
    package typealias Statistics = [String: (mean: Float, std: Float)]

    /// Makes the folder of a published checkpoint: a safetensors file with the published key names. Tensors that the published
    /// model has but inference does not need (the table of positions, the logit scales) are left behind.
    ///
    /// A checkpoint of the contrastive pre-training alone has no head (`fc`): the model gets one from a seed, embeds as its
    /// weights say, and never decides.
    ///
    /// - Parameters:
    ///   - statistics: by column (`statistics(info:)`): the metadata features (`PublishedMetadata`), and `amplitude`, `period`,
    ///     `lksl_statistic`, `rfr_score`.
    /// - Returns: whether the checkpoint has a head.
    /// - Throws: `ModelError` naming the tensor that is missing or has another shape.
    @discardableResult
    package static func importPublished(
        weights file: String,
        folder: String,
        name: String,
        version: String,
        statistics: Statistics = [:],
        references: [ReferenceRecord] = []
    ) throws(ModelError) -> Bool {
        var manifest = defaults(name: name, version: version, seed: 0, variant: .published, layers: 8)
        for (place, feature) in manifest.metadata.features.enumerated() {
            guard let known = statistics[feature.name] else { continue }
            manifest.metadata.features[place].mean = known.mean
            manifest.metadata.features[place].std = known.std
        }
        for (place, channel) in manifest.photometry.channels.enumerated() where (3...6).contains(place) {
            guard let known = statistics[channel] else { continue }
            manifest.photometry.mean[place] = known.mean
            manifest.photometry.std[place] = known.std
        }
        let published = try read(file)
        let network = Network(manifest)
        let head = Set(network.head.parameters.map(\.name))
        let hasHead = head.contains { published.shape(of: $0) != nil }
        manifest.training = hasHead ? .trained : .untrained
        var tensors: [String: ShapedArray] = [:]
        for parameter in network.parameters {
            if !hasHead, head.contains(parameter.name) {
                tensors[parameter.name] = parameter.initialValues(seed: manifest.seed)
                continue
            }
            guard let array = published.read(parameter.name), array.shape == parameter.shape else {
                throw .tensor(
                    name: parameter.name,
                    expected: parameter.shape,
                    found: published.shape(of: parameter.name)
                )
            }
            tensors[parameter.name] = array
        }
        try create(folder: folder, manifest: manifest, weights: tensors, references: references)
        return hasHead
    }

    /// The statistics that stand in `info.json` beside the splits of the published data set: `all_cols`, `mean`, `std`.
    ///
    /// - Throws: `ModelError.file` naming the file and what is wrong with it.
    package static func statistics(info file: String) throws(ModelError) -> Statistics {
        let value: JSONValue
        let text = try ModelFolder.contents(of: file, maximum: FileContents.largestText)
        do { value = try JSONParser.parse(text) } catch {
            throw .file(path: file, reason: "cannot be read: \(error.inWords)")
        }
        guard case .array(let columns)? = value["all_cols"], case .array(let means)? = value["mean"],
            case .array(let deviations)? = value["std"], columns.count == means.count, means.count == deviations.count
        else { throw .file(path: file, reason: "needs all_cols, mean and std, three lists of one length") }
        var statistics: Statistics = [:]
        for (place, column) in columns.enumerated() {
            guard case .string(let name) = column, let mean = means[place].double, let std = deviations[place].double,
                mean.isFinite, std.isFinite, std > 0
            else {
                throw .file(path: file, reason: "column \(place + 1) needs a name, a finite mean and a std above 0")
            }
            statistics[name] = (Float(mean), Float(std))
        }
        return statistics
    }
}
