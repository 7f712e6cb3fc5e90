package import AstroM3
internal import Ground
internal import Service
package import Sky

/// How a model is made: what it sees, how large it is, how it is trained. A YAML file, as those in `Config/recipes`; every key
/// has a default but `name`.
package struct Recipe: Sendable {
    /// Sizes and inputs of the network.
    package struct Model: Sendable, Hashable {
        package var layers = 2
        /// Networks that are fine-tuned from other seeds and answer together (`EnsembleRun`).
        package var members = 1
        package var width = 64
        /// Attention heads, 16 or 32 wide.
        package var heads = 2
        /// How a point becomes a token, where layers normalise, how a token knows its place (`AstroM3`).
        package var tokens = Architecture.Tokens.convolution
        package var norm = Architecture.NormPlacement.after
        package var positions = PhotometryInput.PositionalEncoding.sinusoidByIndex
        package var feedForward = 128
        package var embedding = 128
        package var metadataWidth = 128
        /// Whether constants and metadata together add to the fused embedding.
        package var fusesInputs = false
        package var points = 200
        /// Channels of a light curve's rows (`StreamingLightCurve`).
        package var channels: [String] = []
        /// Constants of a light curve (`LightCurveConstants`).
        package var constants: [String] = []
        /// The wavelengths that spectra are seen at, in Ångström: cost goes with their number.
        package var spectrum = Wavelengths()
        /// Features of the metadata, by the names of the data set; without any the model knows no metadata.
        package var features: [String] = []
        /// Whether the model knows spectra.
        package var spectra = true
        /// Quantiles between which a feature's place is told.
        package var quantiles = 8
        /// Objects of a node that the model keeps to measure novelty by and to name as neighbours, at most.
        package var references = 150
    }

    /// Equal steps of wavelength, in Ångström; the published model's unless a recipe says otherwise.
    package struct Wavelengths: Sendable, Hashable, CustomStringConvertible {
        package var start = 3850.0
        package var step = 2.0
        package var points = 2575

        package var description: String { "\(points) points from \(start) by \(step)" }
    }

    /// One of the two phases of training.
    package struct Phase: Sendable, Hashable {
        package var steps = 1000
        package var batch = 128
        package var rate = 1e-4
        /// Share of the steps in which the rate rises.
        package var warmUp = 0.1
        package var cosine = true
        package var decay = 0.01
        package var decaysVectors = false
        package var beta2 = 0.999
        /// The largest norm of the gradients; 0 for no limit.
        package var clip = 1.0
        /// Where the learned temperatures start; those of a pre-training (`--from`) go on.
        package var temperature = 0.07
        /// What the contrastive loss counts beside the labels'.
        package var contrastive = 1.0
        package var dropout = 0.0
        package var fusedDropout = 0.0
        /// How much of the averaged weights a step keeps; 0 for no average.
        package var averaging = 0.0
        package var smoothing = 0.0
        /// What part of the labels' log-priors is added to the logits in training.
        package var priorShift = 0.0
        /// Steps between two looks at the validation objects, each with a checkpoint.
        package var epoch = 200
        /// Whether the validation objects that choose the weights count by class, every one alike, and not by object.
        package var balanced = false
        /// Looks without a better one after which a run stops; 0: never.
        package var patience = 0
    }

    /// What a step's objects are and how they are seen.
    package struct Examples: Sendable, Hashable {
        /// Shares of a batch: labelled alerts, light curves, objects with a spectrum alone.
        package var alerts = 0.25
        package var curves = 0.6
        package var spectra = 0.15
        /// 0: objects of all nodes are drawn alike; 1: all nodes are.
        package var balance = 0.5
        /// Share of light curves that are put on the nights and limits of a real packet.
        package var packets = 0.5
        /// Share of light curves that are cut at a random time.
        package var truncation = 0.8
        /// Share of the others of which some points are left out at random.
        package var thinning = 0.0
        /// Share of those that are cut in which only changes of five sigma are detections, as in alerts.
        package var detected = 1.0
        /// Share of light curves of which only the constants are seen.
        package var constantsOnly = 0.0
        /// The largest share of features that is hidden at random.
        package var hiddenFeatures = 0.6
        /// Share of the looks of fine-tuning whose class is told from one modality alone, drawn alike from those that the look shows;
        /// of the others it is told from all that they show. Pre-training hides none. Whatever stands here, fine-tuning leaves a
        /// spectrum beside a light curve out of half of the looks (`ExampleDraw`).
        package var hiddenModalities = 0.5
        /// What fine-tuning sees of an object; pre-training sees all of it.
        package var modalities: ModalitySet = [.photometry, .spectrum, .metadata]
    }

    package var name = ""
    /// Path of the taxonomy, from where the command runs.
    package var taxonomy = "Config/taxonomy.yaml"
    /// Nodes of the data set that this model has no class for: their objects teach no class, and pre-training uses them.
    package var unlabelled: [String] = []
    package var seed: UInt64 = 1
    package var model = Model()
    package var pretraining = Phase()
    package var finetuning = Phase()
    package var examples = Examples()
    /// The file as it was read; with what stands in its base, where it has one.
    package var text: [UInt8] = []

    /// Reads a recipe.
    ///
    /// - Throws: `RecipeError` naming file, line and key; `FileError` where it cannot be read.
    package init(file: String) throws {
        let node: YAMLNode?
        (node, text) = try RecipeBase.read(file)
        try read(RecipeSection(node, file: file, name: ""))
    }

    /// Reads a recipe that is told in another file, as in a model's card.
    ///
    /// - Throws: `RecipeError` naming that file, the line below the recipe's first, and the key.
    init(text: [UInt8], in file: String) throws(RecipeError) {
        self.text = text
        try read(RecipeSection(RecipeSection.parse(text, of: file), file: file, name: ""))
    }

    private mutating func read(_ root: RecipeSection) throws(RecipeError) {
        name = try root.text("name", "")
        guard !name.isEmpty else { throw root.error(nil, "name is missing: what is the model to be called?") }
        _ = try root.text("description", "")
        taxonomy = try root.text("taxonomy", taxonomy)
        unlabelled = try root.list("unlabelled") ?? []
        seed = UInt64(try root.integer("seed", 1, in: 0...Int.max))
        try read(model: root.section("model"))
        pretraining = try Self.phase(root.section("pretraining"), Phase())
        var phase = Phase()
        phase.contrastive = 0.2
        finetuning = try Self.phase(root.section("finetuning"), phase)
        try read(examples: root.section("examples"))
        try root.end()
    }

    private mutating func read(model section: RecipeSection) throws(RecipeError) {
        model.layers = try section.integer("layers", model.layers, in: 1...64)
        model.members = try section.integer("members", model.members, in: 1...16)
        model.width = try section.integer("width", model.width, in: 32...1024)
        model.heads = try section.integer("heads", model.width / 32, in: 1...64)
        model.tokens = try section.choice("tokens", model.tokens)
        model.norm = try section.choice("norm", model.norm)
        model.positions = try section.choice("positions", model.positions)
        model.feedForward = try section.integer("feedForward", model.feedForward, in: 32...8192)
        model.embedding = try section.integer("embedding", model.embedding, in: 16...4096)
        model.metadataWidth = try section.integer("metadataWidth", model.metadataWidth, in: 16...4096)
        model.fusesInputs = try section.flag("fusesInputs", model.fusesInputs)
        model.points = try section.integer("points", model.points, in: 1...1000)
        model.quantiles = try section.integer("quantiles", model.quantiles, in: 0...63)
        model.references = try section.integer("references", model.references, in: 1...1000)
        model.channels = try section.list("channels") ?? StreamingLightCurve.plainChannelNames
        model.constants = try section.list("constants") ?? []
        model.features = try section.list("features") ?? []
        model.spectra = try section.flag("spectra", model.spectra)
        model.constants = model.constants.flatMap { LightCurveConstants.groups[$0] ?? [$0] }
        let grid = try section.section("spectrum")
        model.spectrum.start = try grid.number("start", model.spectrum.start, in: 1...100_000)
        model.spectrum.step = try grid.number("step", model.spectrum.step, in: 0.01...1000)
        model.spectrum.points = try grid.integer("points", model.spectrum.points, in: 256...20_000)
        try grid.end()
        guard model.width % 32 == 0 else {
            throw section.error(nil, "model.width is \(model.width); a multiple of 32 will do, the width of a head")
        }
        for (key, value, unit) in [
            ("feedForward", model.feedForward, 32), ("embedding", model.embedding, 16),
            ("metadataWidth", model.metadataWidth, 16),
        ] where value % unit != 0 {
            throw section.error(nil, "model.\(key) is \(value); a multiple of \(unit) will do")
        }
        let heads = Architecture.headWidths.map { model.width / $0 }
        guard heads.contains(model.heads) else {
            throw section.error(
                nil,
                "model.heads is \(model.heads); \(heads.map(String.init).joined(separator: " or ")) will do for a width "
                    + "of \(model.width): heads are \(Architecture.headWidths.map(String.init).joined(separator: " or ")) wide"
            )
        }
        // Which features there are the data set says.
        for (key, names, all) in [
            ("channels", model.channels, StreamingLightCurve.channelNames),
            ("constants", model.constants, LightCurveConstants.names), ("features", model.features, model.features),
        ] {
            if let name = names.first(where: { name in names.count { $0 == name } > 1 }) {
                throw section.error(nil, "model.\(key) has '\(name)' twice; each name once will do")
            }
            if let name = names.first(where: { !all.contains($0) }) {
                throw section.error(
                    nil,
                    "model.\(key) has '\(name.plain(limit: 60))'; there are "
                        + (key == "constants" ? LightCurveConstants.groups.keys.sorted() + all : all)
                        .joined(separator: ", ")
                )
            }
        }
        guard !model.channels.isEmpty else {
            throw section.error(nil, "model.channels is empty; at least one channel will do")
        }
        guard !model.fusesInputs || !model.constants.isEmpty || !model.features.isEmpty else {
            throw section.error(nil, "model.fusesInputs is true, and there are neither constants nor features to fuse")
        }
        try section.end()
    }

    private static func phase(_ section: RecipeSection, _ defaults: Phase) throws(RecipeError) -> Phase {
        var phase = defaults
        phase.steps = try section.integer("steps", phase.steps, in: 1...100_000_000)
        phase.batch = try section.integer("batch", phase.batch, in: 2...4096)
        phase.rate = try section.number("rate", phase.rate, in: 0...10)
        phase.warmUp = try section.number("warmUp", phase.warmUp, in: 0...1)
        phase.cosine = try section.flag("cosine", phase.cosine)
        phase.decay = try section.number("decay", phase.decay, in: 0...10)
        phase.decaysVectors = try section.flag("decaysVectors", phase.decaysVectors)
        phase.beta2 = try section.number("beta2", phase.beta2, in: 0...0.999_999)
        phase.clip = try section.number("clip", phase.clip, in: 0...1e9)
        phase.temperature = try section.number("temperature", phase.temperature, in: 0.01...10)
        phase.contrastive = try section.number("contrastive", phase.contrastive, in: 0...100)
        phase.dropout = try section.number("dropout", phase.dropout, in: 0...0.95)
        phase.fusedDropout = try section.number("fusedDropout", phase.fusedDropout, in: 0...0.95)
        phase.averaging = try section.number("averaging", phase.averaging, in: 0...0.999_999)
        phase.smoothing = try section.number("smoothing", phase.smoothing, in: 0...0.9)
        phase.priorShift = try section.number("priorShift", phase.priorShift, in: 0...2)
        phase.epoch = try section.integer("epoch", phase.epoch, in: 1...100_000_000)
        phase.balanced = try section.flag("balanced", phase.balanced)
        phase.patience = try section.integer("patience", phase.patience, in: 0...1_000_000)
        try section.end()
        return phase
    }

    private mutating func read(examples section: RecipeSection) throws(RecipeError) {
        let share = 0.0...1.0
        examples.alerts = try section.number("alerts", examples.alerts, in: share)
        examples.curves = try section.number("curves", examples.curves, in: share)
        examples.spectra = try section.number("spectra", examples.spectra, in: share)
        examples.balance = try section.number("balance", examples.balance, in: share)
        examples.packets = try section.number("packets", examples.packets, in: share)
        examples.truncation = try section.number("truncation", examples.truncation, in: share)
        examples.thinning = try section.number("thinning", examples.thinning, in: share)
        examples.detected = try section.number("detected", examples.detected, in: share)
        examples.constantsOnly = try section.number("constantsOnly", examples.constantsOnly, in: share)
        examples.hiddenFeatures = try section.number("hiddenFeatures", examples.hiddenFeatures, in: share)
        examples.hiddenModalities = try section.number("hiddenModalities", examples.hiddenModalities, in: share)
        let name = try section.text("modalities", examples.modalities.description)
        guard let modalities = ModalitySet(name: name), modalities.contains(.photometry) else {
            throw section.error(
                nil,
                "examples.modalities is '\(name.plain(limit: 60))'; photometry will do, alone or with + and spectrum, metadata"
            )
        }
        examples.modalities = modalities
        guard examples.alerts + examples.curves + examples.spectra > 0 else {
            throw section.error(nil, "examples has no share above 0: alerts, curves or spectra must be seen")
        }
        try section.end()
    }
}
