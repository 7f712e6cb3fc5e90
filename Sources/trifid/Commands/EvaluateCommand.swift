import AstroM3
import DataSets
import Ground
import Training

/// `trifid evaluate`
struct EvaluateCommand: Command {
    static let name = "evaluate"
    static let summary = "Say how well a model tells the classes of a data set"
    static let discussion = """
        The objects of a split, or the labelled alerts of a fold, as they are: whole light curves, nothing hidden. \
        Probabilities are renormalised over the classes that these objects have. The figures are those of the deepest \
        labelled nodes, and under firstLevel those of the first level of the taxonomy. ece is the expected calibration \
        error over 15 bins, eceExpected what a perfectly calibrated model would show on so many objects.
        """
    static let examples = ["trifid evaluate --model .runs/sky/model --data .data/sky --split test --json"]

    @Option("--model", "DIR", "Folder of the model.")
    var model: String

    @Option("--data", "DIR", "Folder of the data set.")
    var data: String

    @Option("--split", "SPLIT", "train, val or test.")
    var split: SplitChoice = .test

    @Option("--fold", "N", in: 0...1000, "The labelled alerts of a fold in place of a split.")
    var fold: Int?

    @Option("--points", "N", in: 1...1000, "Cut light curves to their first points.")
    var points: Int?

    @Option("--threads", "N", in: 1...256, "Threads.")
    var threads: Int = 2

    @Flag("--answers", "Print one JSON object an answer: object, label, probabilities.")
    var answers: Bool

    @Flag("--json", "Print one JSON object.")
    var json: Bool

    func run() throws -> ExitStatus {
        guard let data = try DatasetFolder.read(data) else { return .incomplete }
        let model = try Model(folder: model)
        let evaluation = try Evaluation(model, data, split: split.split, fold: fold, firstPoints: points)
        let scores = evaluation.scores(threads: threads)
        guard !scores.answers.isEmpty else {
            throw CommandFailure(
                .incomplete,
                "no object of \(fold.map { "fold \($0)" } ?? "split \(split.rawValue)") has a class of the model and anything to see",
                advice: "trifid dataset describe lists objects by class and split"
            )
        }
        if answers {
            for line in evaluation.lines(scores) { StandardOutput.print(line) }
        } else if json {
            StandardOutput.print(evaluation.json(scores))
        } else {
            for line in evaluation.table(scores) { StandardOutput.print(line) }
        }
        return .done
    }
}

/// The splits that can be tested on, as words of the command line.
enum SplitChoice: String, ArgumentChoice {
    case train, val, test

    var split: DataSetObject.Split { DataSetObject.Split(rawValue: rawValue) ?? .test }
}
