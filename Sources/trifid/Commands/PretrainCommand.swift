import Ground
import Training

/// `trifid pretrain`
struct PretrainCommand: Command {
    static let name = "pretrain"
    static let summary = "Train a model's encoders to tell which light curve, spectrum and metadata belong together"
    static let discussion = """
        Contrastive pre-training over the objects of a data set, which needs no classes. Labelled alerts and their objects are \
        left out, so that whatever is tested on them later has never been seen. Ctrl-C stops; --resume goes on.
        """
    static let examples = ["trifid pretrain --recipe Config/recipes/sky.yaml --data .data/sky --run .runs/sky-clip"]

    let training = TrainingOptions()

    @Option("--fold", "N", in: 0...1000, "Of a data set in folds: the one that is kept for testing.")
    var fold: Int?

    func run() throws -> ExitStatus { try training.train(.pretraining, fold: fold) }
}
