import Ground
import Service
import Training

/// `trifid calibrate`
struct CalibrateCommand: Command {
    static let name = "calibrate"
    static let summary = "Fit a model's temperatures and gates to labelled alerts that it has not seen"
    static let discussion = """
        finetune calibrates by the data set's validation objects. Real alerts are harder. Here each labelled alert is \
        answered by a model that was trained like this one without the alert's fold (finetune --fold N), named by --fold-model, \
        fold 0 first; the model's temperatures for what alerts show are multiplied by the factor that fits these answers, and \
        its gates raised where the alerts need it. What it prints of decisions is cross-fitted: each fold by a fit to the others. \
        Changes model.json, and with it the checksum.

        --shares brings the model to a stream in which classes are otherwise common than among the objects of --data, by which \
        training has calibrated it: a YAML file of nodes and shares, as 'transient: 0.05', of any depth; the word equal, for \
        all classes alike; or the word calibrated, which takes the shares out again and needs no --data. Probabilities are \
        multiplied by the ratio of the shares, those of packets from the shares of the labelled alerts that calibrated the model; \
        gates are raised or closed where fewer decisions would be right than they promise.

        --replay changes nothing: it answers the alerts in the database anew, by their stored logits and the model's present \
        temperatures and gates, without its weights. One JSON object an alert on standard output, in no \
        order; private alerts too. Answers of a model with other classes are left out and counted.
        """
    static let examples = [
        "trifid calibrate --model .runs/sky/model --data .data/sky --fold-model .runs/f0/model --fold-model .runs/f1/model",
        "trifid calibrate --model .runs/sky/model --data .data/sky --shares my-shares.yaml",
        "trifid calibrate --model .runs/sky/model --replay --config trifid.yaml --from 61000 > answers.jsonl",
    ]

    let configuration = ConfigurationOptions()

    @Option("--model", "DIR", "Folder of the model.")
    var model: String

    @Option("--data", "DIR", "Folder of the data set. Needed unless --replay or --shares calibrated.")
    var data: String?

    @Option("--fold-model", "DIR", "Folder of the model without a fold, repeated, fold 0 first.")
    var folds: [String]

    @Option("--shares", "FILE|WORD", "How common classes are in the stream: a YAML file, or equal, or calibrated.")
    var shares: String?

    let threads = ThreadsOption()

    @Flag("--replay", "Answer the stored alerts anew by the model's present calibration.")
    var replay: Bool

    @Option("--from", "MJD", in: -1e6...1e6, "With --replay: alerts of this time and later.")
    var from: Double?

    @Option("--to", "MJD", in: -1e6...1e6, "With --replay: alerts before this time.")
    var to: Double?

    func run() throws -> ExitStatus {
        if replay {
            guard data == nil, folds.isEmpty, shares == nil else {
                throw UsageError(message: "--replay goes without --data, --fold-model and --shares: it fits nothing")
            }
            let (start, end) = (from ?? -.infinity, to ?? .infinity)
            guard start < end else { throw UsageError(message: "--from \(start) is not before --to \(end)") }
            return try CalibrationReplay(model: model, times: start..<end).run(configuration.load())
        }
        guard from == nil, to == nil else { throw UsageError(message: "--from and --to go with --replay") }
        if let shares {
            guard folds.isEmpty else {
                throw UsageError(message: "--shares goes without --fold-model: first calibrate, then give the shares")
            }
            return try CalibrationShares(model: model, threads: threads.number).run(shares, data: data)
        }
        guard let data else { throw UsageError(message: "missing option --data") }
        guard !folds.isEmpty else { throw UsageError(message: "--fold-model is missing: name the model of each fold") }
        // What is wrong with the models is said before the data set is read, and not after.
        try Recalibration.check(model: model, folds: folds)
        guard let data = try DatasetFolder.read(data) else { return .incomplete }
        let outcome = try Recalibration.run(model: model, folds: folds, data, threads: threads.number)
        say(outcome)
        StandardOutput.print(
            [
                "model": .string(model), "alerts": .integer(Int64(outcome.alerts)), "factor": .number(outcome.factor),
                "gates": .array(outcome.decisions.branches.map(Self.json)),
            ]
        )
        return .done
    }

    private static func json(_ branch: Decisions.Branch) -> JSONValue {
        [
            "below": branch.node.map(JSONValue.string) ?? .null, "gate": .number(branch.gate),
            "alerts": .integer(Int64(branch.count)),
            "decided": .integer(Int64(branch.decided)), "right": .integer(Int64(branch.decided - branch.wrong)),
        ]
    }

    /// What the figures alone do not say: that nothing fits, or that nothing is decided.
    private func say(_ outcome: Recalibration.Outcome) {
        if CalibrationFit.isAtBound(factor: outcome.factor) {
            StandardError.print(
                "trifid: the answers to the alerts fit no temperature: the search ended at its bound, a factor of "
                    + "\(outcome.factor); the model's answers to alerts are little better than chance or hardly ever wrong, and "
                    + "its temperatures say nothing of them"
            )
        }
        if outcome.decisions.firstLevel.decided == 0 {
            StandardError.print(
                "trifid: at these gates the model decides none of the \(outcome.alerts) alerts: no class topic will get any like them"
            )
        }
    }
}
