import AstroM3
import Foundation
import Ground
import Service
import Simulator
import Sky
import Training

/// `trifid model`
struct ModelCommand: CommandGroup {
    static let name = "model"
    static let summary = "Make and check model folders"
    static let examples = ["trifid model new --seed 1 models/sky"]
    static let subcommands: [any Command.Type] = [
        ModelNewCommand.self, ModelImportCommand.self, ModelShowCommand.self, ModelSealCommand.self,
    ]
}

/// `trifid model new`
struct ModelNewCommand: Command {
    static let name = "new"
    static let summary = "Make an untrained model from a seed"
    static let discussion = """
        Weights come from the seed, reference embeddings from seeded simulated objects. The same seed gives the same \
        folder. Every annotation of an untrained model says so, and it never decides.
        """
    static let examples = ["trifid model new --seed 1 models/sky"]

    @Option("--seed", "N", "Seed of the weights and of the reference objects.")
    var seed: Int = 1

    @Option("--variant", "VARIANT", "streaming, for live alerts, or published, the layout of the published weights.")
    var variant: ModelVariant = .streaming

    @Option("--layers", "N", in: 1...32, "Layers of the photometry encoder.")
    var layers: Int = 8

    @Option("--references", "N", in: 0...100_000, "Simulated objects that novelty is measured against.")
    var references: Int = 1_000

    @Positional("DIR", "Folder to make.")
    var folder: String

    func run() throws -> ExitStatus {
        try ModelChoice.makeUntrained(
            folder: folder,
            seed: UInt64(bitPattern: Int64(seed)),
            variant: variant.variant,
            layers: layers,
            references: references
        )
        let model = try Model(folder: folder)
        StandardOutput.print("\(folder): \(model.manifest.name) \(model.manifest.fullVersion), untrained")
        return .done
    }
}

/// The two layouts as words of the command line.
enum ModelVariant: String, ArgumentChoice {
    case streaming
    case published

    var variant: ModelManifest.Variant { self == .streaming ? .streaming : .published }
}

/// `trifid model show`
struct ModelShowCommand: Command {
    static let name = "show"
    static let summary = "Check a model folder and say what it is"
    static let discussion = "Exit status 3 where the folder is refused."
    static let examples = ["trifid model show models/sky"]

    @Flag("--json", "Print one JSON object.")
    var json: Bool

    @Positional("DIR", "Folder of the model.")
    var folder: String

    func run() throws -> ExitStatus {
        let model = try Model(folder: folder)
        let manifest = model.manifest
        if json {
            StandardOutput.print(
                [
                    "name": .string(manifest.name), "version": .string(manifest.version),
                    "variant": .string(manifest.variant.rawValue), "state": .string(manifest.training.rawValue),
                    "checksum": .string(model.checksum), "layers": .integer(Int64(manifest.architecture.layers)),
                    "channels": .array(manifest.photometry.channels.map { .string($0) }),
                    "classes": .array(model.taxonomy.classes.map { .string($0) }),
                    "references": .integer(Int64(model.references.objects.count)),
                    "networks": .integer(Int64(manifest.architecture.members)),
                    "fold": manifest.fold.map { .integer(Int64($0)) } ?? .null,
                    "calibration": [
                        "sets": .array(manifest.calibration.temperatures.keys.sorted().map { .string($0) }),
                        "byAlerts": .bool(manifest.calibration.before != nil),
                        "shares": manifest.calibration.shares.map { shares in
                            .object(
                                model.taxonomy.classes.map {
                                    .init($0, .number((shares.expectedOfAlerts ?? shares.expected)[$0] ?? 0))
                                }
                            )
                        } ?? .null,
                        "gates": .array(
                            BranchGate.all(of: manifest.decision, manifest.taxonomy).map { gate in
                                [
                                    "below": gate.node.map(JSONValue.string) ?? .null,
                                    "gate": .number(Double(gate.gate)), "reached": .bool(gate.isReached),
                                ]
                            }
                        ),
                    ],
                ]
            )
            return .done
        }
        StandardOutput.print(
            """
            \(manifest.name) \(manifest.version) (\(manifest.variant.rawValue), \(manifest.training.rawValue))
            checksum    \(model.checksum)
            photometry  \(manifest.architecture.layers) layers, channels \
            \(manifest.photometry.channels.joined(separator: " "))
            networks    \(manifest.architecture.members)
            fold        \(manifest.fold.map { "trained without fold \($0)" } ?? "none is left out")
            calibration \(Self.words(manifest.calibration))
            shares      \(Self.words(manifest.calibration.shares, model.taxonomy))
            gates       \(Self.words(manifest.decision, manifest.taxonomy))
            classes     \(model.taxonomy.classes.joined(separator: " "))
            references  \(model.references.objects.count) objects
            """
        )
        return .done
    }

    private static func words(_ rule: DecisionRule, _ taxonomy: Taxonomy) -> String {
        BranchGate.all(of: rule, taxonomy).map { gate in
            (gate.node.map { "below \($0) " } ?? "first level ")
                + (!gate.isReached ? "not reached" : gate.isClosed ? "closed" : "\(gate.gate)")
        }.joined(separator: ", ")
    }

    private static func words(_ shares: ClassShares?, _ taxonomy: Taxonomy) -> String {
        guard let shares else { return "of classes as where it was calibrated" }
        return "\(ShareCorrection.words(shares, taxonomy)) per cent (trifid calibrate --shares)"
    }

    private static func words(_ calibration: Calibration) -> String {
        guard !calibration.temperatures.isEmpty else { return "none" }
        return "temperatures of \(calibration.temperatures.count) sets of modalities, "
            + (calibration.before == nil ? "as training has left them" : "by labelled alerts (trifid calibrate)")
    }
}

/// `trifid model seal`
struct ModelSealCommand: Command {
    static let name = "seal"
    static let summary = "Compute a model folder's checksums anew after a meant change"
    static let examples = ["trifid model seal models/sky"]

    @Positional("DIR", "Folder of the model.")
    var folder: String

    func run() throws -> ExitStatus {
        try ModelBuilder.seal(folder: folder)
        StandardOutput.print("\(folder): sealed as \(try Model(folder: folder).checksum)")
        return .done
    }
}
