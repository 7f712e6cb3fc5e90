import Ground
import Training

/// `trifid finetune`
struct FinetuneCommand: Command {
    static let name = "finetune"
    static let summary = "Train a model to tell the classes of a data set"
    static let discussion = """
        Begins with the weights of a pre-training where --from names its run, else from a seed. With --fold what that fold \
        holds is left out, to be tested: of a set in folds its objects, else its labelled alerts and their objects. With \
        --labels it sees a part of the labels, the same share of each class, as if no more objects had been classified; the \
        same --draw takes the same objects in every run, and a smaller part of them lies within a larger one. The model \
        stands in the run's folder at the end. Ctrl-C stops; --resume goes on.
        """
    static let examples = [
        "trifid finetune --recipe Config/recipes/sky.yaml --data .data/sky --from .runs/sky-clip --run .runs/sky",
        "trifid finetune --recipe my.yaml --data mine --run .runs/few --labels 0.1 --draw 2",
    ]

    let training = TrainingOptions()

    @Option("--from", "DIR", "Folder of the pre-training's run.")
    var from: String?

    @Option("--fold", "N", in: 0...1000, "Fold kept for testing: of a set in folds its objects, else labelled alerts.")
    var fold: Int?

    @Option("--labels", "SHARE", in: 0.000_001...1, "Share of the labels that it sees, stratified by class.")
    var labels: Double = 1

    @Option("--draw", "N", in: 1...1_000_000, "Which of the possible shares of the labels.")
    var draw: Int = 1

    @Option("--notes", "FILE", "Markdown that the model's card begins with: what it is good for, and what not.")
    var notes: String?

    func run() throws -> ExitStatus {
        let text = try notes.map { String(decoding: try FileContents.read($0), as: UTF8.self) } ?? ""
        let share = LabelShare(fraction: labels, draw: draw)
        return try training.train(.finetuning, from: from, fold: fold, labels: share, notes: text)
    }
}
