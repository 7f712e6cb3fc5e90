import AstroM3
import Ground
import Sky
import Training

/// `trifid evaluate`
struct EvaluateCommand: Command {
    static let name = "evaluate"
    static let summary = "Say how well a model tells the classes of a data set"
    static let discussion = """
        The objects of a split, or what a fold keeps for testing, as they are: whole light curves, nothing hidden, unless \
        --points, --days or --modalities say otherwise; how many are left out and why is told. Probabilities are renormalised \
        over the classes that these objects have. The figures are those of the deepest labelled nodes, and under firstLevel \
        those of the first level of the taxonomy. ece is the expected calibration error over 15 bins, eceExpected what a \
        perfectly calibrated model would show on so many objects.

        A model that was brought to the shares of a stream (calibrate --shares) is tested without them, as training has left it: \
        the objects of a data set have shares of their own. --corrected asks it as the stream does. Which of the two it is, and \
        for which shares the model answers, is told in every output.

        --report writes a page to read in a browser (index.html) and its numbers (report.json): confusion, classes, early \
        answers, sets of modalities, calibration, decisions, sources, embeddings. --study and --nuisance add what was \
        measured beside the model.
        """
    static let examples = [
        "trifid evaluate --model .runs/sky/model --data .data/sky --split test --json",
        "trifid evaluate --model .runs/sky/model --data .data/sky --split test --report sky-report",
        "trifid evaluate --model .runs/sky/model --data .data/sky --days 3 --modalities photometry+metadata",
    ]

    let tested = TestedObjectsOptions()

    @Option("--points", "N", in: 1...1000, "Cut light curves at their N-th detection.")
    var points: Int?

    @Option("--days", "N", in: 0...100_000, "Cut light curves at the last detection within N days of the first.")
    var days: Double?

    @Option("--modalities", "SET", "Hide the others: photometry, spectrum, metadata, or some with + between them.")
    var modalities: ModalitySet?

    @Flag("--corrected", "Answer by the shares of the stream that calibrate --shares has given to the model.")
    var corrected: Bool

    @Option("--report", "DIR", "Write the report to this folder.")
    var report: String?

    @Option("--study", "DIR", "Show in the report what a study (trifid study) found of labels and pre-training.")
    var study: String?

    @Option("--nuisance", "FILE", "Show in the report what Tools/studies/nuisance.py --json found.")
    var nuisance: String?

    @Flag("--embeddings", "Tell classes by the embeddings alone too, and search from one modality for another.")
    var embeddings: Bool

    @Flag("--answers", "Print one JSON object an answer: object, label, decision, probabilities, logits.")
    var answers: Bool

    @Flag("--json", "Print one JSON object.")
    var json: Bool

    func run() throws -> ExitStatus {
        try check()
        let model = try Model(folder: tested.model, isCorrected: corrected)
        guard !corrected || model.manifest.calibration.shares != nil else {
            throw UsageError(
                message:
                    "--corrected asks for the shares of a stream, and \(tested.model) has none: leave it away, or give it some "
                    + "(trifid calibrate --shares)"
            )
        }
        guard let data = try DatasetFolder.read(tested.data) else { return .incomplete }
        if tested.fold != nil { try DataSetFolds(data).checkTested() }
        let evaluation = try Evaluation(
            model,
            data,
            split: tested.split.split,
            fold: tested.fold,
            look: EvaluationLook(cut: cut, modalities: modalities ?? [.photometry, .spectrum, .metadata]),
            isCorrected: corrected
        )
        if let report { return try write(evaluation, to: report) }
        let scores = evaluation.scores(threads: tested.threads.number)
        guard !scores.answers.isEmpty else { throw nothing(evaluation.tested(scores)) }
        if answers {
            for line in evaluation.lines(scores) { StandardOutput.print(line) }
            if let shares = evaluation.shares { StandardError.print("trifid: \(shares.sentence)") }
            if let sentence = evaluation.tested(scores).sentence { StandardError.print("trifid: \(sentence)") }
            return .done
        }
        let found =
            embeddings
            ? evaluation.embeddingScores(split: tested.split.split, fold: tested.fold, threads: tested.threads.number)
            : nil
        if json {
            StandardOutput.print(evaluation.json(scores).adding("embeddings", found?.json))
        } else {
            for line in evaluation.table(scores) + (found?.table ?? []) { StandardOutput.print(line) }
        }
        return .done
    }

    private var cut: EvaluationLook.Cut {
        if let points { return .detections(points) }
        return days.map(EvaluationLook.Cut.days) ?? .whole
    }

    private func check() throws {
        if answers, json || embeddings {
            throw UsageError(
                message:
                    "--answers prints a line an object and \(json ? "--json" : "--embeddings") figures of all: give one",
                advice: "--report DIR writes the figures beside"
            )
        }
        if points != nil, days != nil {
            throw UsageError(message: "--points and --days both cut light curves: give one")
        }
        if report == nil, study != nil || nuisance != nil {
            throw UsageError(message: "--study and --nuisance are parts of a report: give --report DIR too")
        }
        if report != nil, points != nil || days != nil || modalities != nil || answers || json {
            throw UsageError(
                message:
                    "--report has cuts and sets of modalities itself, and prints nothing: leave --points, --days, --modalities, "
                    + "--answers and --json away"
            )
        }
    }

    private func write(_ evaluation: Evaluation, to folder: String) throws -> ExitStatus {
        let beside = try BesideEvaluation(study: study, nuisance: nuisance)
        let files = try ReportFiles(folder)
        let line = StatusLine()
        let report = EvaluationReport(
            evaluation,
            split: tested.split.split,
            fold: tested.fold,
            threads: tested.threads.number,
            command: command(report: folder),
            beside: beside
        ) { line.show($0) }
        line.finish()
        guard let report else { throw nothing(evaluation.tested) }
        try files.put(report)
        StandardOutput.print("\(folder)/index.html: \(report.summary)")
        return .done
    }

    /// As it was typed.
    private func command(report folder: String) -> String {
        var words = ["trifid evaluate --model \(tested.model) --data \(tested.data)"]
        words.append(tested.fold.map { "--fold \($0)" } ?? "--split \(tested.split.rawValue)")
        words.append("--report \(folder)")
        if corrected { words.append("--corrected") }
        if let study { words.append("--study \(study)") }
        if let nuisance { words.append("--nuisance \(nuisance)") }
        return words.joined(separator: " ")
    }

    private func nothing(_ tested: EvaluatedObjects) -> CommandFailure {
        CommandFailure(
            .incomplete,
            "no object of \(tested.name) has a class of the model and anything to see"
                + (tested.sentence.map { " (\($0))" } ?? ""),
            advice: "trifid dataset describe lists objects by class and split"
        )
    }
}

extension ModalitySet: ArgumentValue {
    static var expectation: String { "one of \(allSubsets.map(\.description).joined(separator: ", "))" }
    init?(argument: String) { self.init(name: argument) }
    var argumentText: String { description }
}

extension JSONValue {
    /// An object with a member more, where there is a value for it.
    fileprivate func adding(_ name: String, _ value: JSONValue?) -> JSONValue {
        guard case .object(let members) = self, let value else { return self }
        return .object(members + [Member(name, value)])
    }
}
