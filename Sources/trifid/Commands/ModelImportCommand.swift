import AstroM3
import Ground

/// `trifid model import`
struct ModelImportCommand: Command {
    static let name = "import"
    static let summary = "Make a model folder of a published AstroM3 checkpoint"
    static let discussion = """
        Reads a safetensors file with the published key names (AstroMLCore/AstroM3-CLIP and its kin). A checkpoint of the \
        contrastive pre-training alone has no head: such a model embeds, and never decides. Means and standard deviations \
        of the inputs stand in info.json beside the splits of the published data set; without them inputs are taken as \
        they are, and answers mean little.
        """
    static let examples = [
        "trifid model import --statistics splits/full/42/info.json model.safetensors models/published"
    ]

    @Option("--statistics", "FILE", "info.json of the data set that the checkpoint was trained on.")
    var statistics: String?

    @Option("--name", "NAME", "Name of the model, as it stands in annotations.")
    var name: String = "astrom3"

    @Option("--model-version", "TEXT", "Version of the model.")
    var version: String = "1.0.0"

    @Positional("FILE", "The checkpoint.")
    var checkpoint: String

    @Positional("DIR", "Folder to make.")
    var folder: String

    func run() throws -> ExitStatus {
        let known = try statistics.map { try ModelBuilder.statistics(info: $0) } ?? [:]
        let hasHead = try ModelBuilder.importPublished(
            weights: checkpoint,
            folder: folder,
            name: name,
            version: version,
            statistics: known
        )
        let model = try Model(folder: folder)
        StandardOutput.print(
            "\(folder): \(model.manifest.name) \(model.manifest.fullVersion)"
                + (hasHead ? "" : "; the checkpoint has no head, so that it embeds and never decides")
        )
        if statistics == nil {
            StandardError.print(
                "trifid: without --statistics FILE the inputs are not scaled as in training: answers mean little"
            )
        }
        return .done
    }
}
