import DataSets
import Foundation
import Ground
import Service
import Sky
import Training

/// `trifid study`
struct StudyCommand: Command {
    static let name = "study"
    static let summary = "Train a grid of models and say what pre-training, labels and modalities are worth"
    static let discussion = """
        A study file (Config/studies) names recipes, folds or seeds, parts of the labels and how often each is drawn, and whether \
        models are pre-trained. Each cell of that grid is a fine-tuning in a folder of its own below the study's; pre-training runs \
        once for each recipe, seed and fold. Each model answers for the objects that it has not seen, from each set of \
        modalities, and tables.md and tables.json are made of these answers: accuracies with their deviations, what \
        pre-training changes with a paired bootstrap over objects, and what one more modality changes. Ctrl-C stops; --resume \
        goes on, also after the study file has grown: cells that are done are not run again.
        """
    static let examples = [
        "trifid study --study Config/studies/transient.yaml --data .data/transients --run .runs/transient"
    ]

    @Option("--study", "FILE", "The study, a YAML file as those in Config/studies.")
    var study: String

    @Option("--data", "DIR", "Folder of the data set.")
    var data: String

    @Option("--run", "DIR", "Folder of the study: runs, answers and in the end the tables.")
    var folder: String

    let threads = ThreadsOption()

    let resume = ResumeOption()

    @Flag("--json", "Print the tables as one JSON object.")
    var json: Bool

    func run() throws -> ExitStatus {
        let study = try Study(file: study)
        guard let data = try DatasetFolder.read(data) else { return .incomplete }
        let stop = StopSignals.install()
        let studyRun = try StudyRun(study, data, folder: folder, threads: threads.number, resumes: resume.isGiven)
        let line = StudyLine()
        let outcome = try studyRun.run(shouldStop: { stop.isRequested }, line.show)
        line.finish()
        switch outcome {
        case .done(let tables):
            if json {
                StandardOutput.print(tables.json(name: study.name, data: data.description.name))
            } else {
                StandardOutput.write(tables.markdown(name: study.name, data: data.description.name))
            }
            StandardError.print("trifid: \(folder)/tables.md and \(folder)/tables.json are written")
            return .done
        case .interrupted(let title):
            StandardError.print("trifid: stopped in \(title); --resume goes on there")
            return .incomplete
        }
    }
}

/// How far a study is: a line that stays on a terminal, and one for each cell that is done.
private final class StudyLine {
    private let line = StatusLine()

    func show(_ event: StudyRun.Event) {
        switch event {
        case .training(let report):
            let training = report.training
            line.show(
                "cell \(report.cell) of \(report.cells), \(report.title): step \(training.step) of \(training.steps), "
                    + "\(Int(training.objectsPerSecond)) objects/s; \(TrainingLine.span(report.secondsLeft)) left in all"
            )
        case .done(let cell, let cells, let title, let accuracies, let secondsLeft):
            line.finish()
            let figures = accuracies.map { "\($0.0) \(Self.text($0.1))" }.joined(separator: ", ")
            StandardError.print(
                "cell \(cell) of \(cells), \(title): balanced accuracy \(figures); \(TrainingLine.span(secondsLeft)) left"
            )
        }
    }

    func finish() { line.finish() }

    private static func text(_ value: Double) -> String { String(format: "%.3f", value) }
}
