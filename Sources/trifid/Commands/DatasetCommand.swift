import DataSets
import Ground
import Training

/// `trifid dataset`
struct DatasetCommand: CommandGroup {
    static let name = "dataset"
    static let summary = "Check and describe folders of data to train on, and what training sees of them"
    static let examples = ["trifid dataset check .data/stars", "trifid dataset describe --json .data/sky"]
    static let subcommands: [any Command.Type] = [
        DatasetCheckCommand.self, DatasetDescribeCommand.self, DatasetDrawCommand.self,
        DatasetConstantsCommand.self,
    ]
}

/// `trifid dataset check`
struct DatasetCheckCommand: Command {
    static let name = "check"
    static let summary = "Say what is wrong with a data set, by file, row and column"
    static let discussion = """
        Reads everything: dataset.yaml, objects, photometry, metadata and spectra. Goes on after a problem and lists the \
        first twenty of each file. Where dataset.yaml names a taxonomy, every node of objects.csv must stand in it. The format is \
        in Sources/DataSets/README.md. Exit status 1 where anything is wrong.
        """
    static let examples = ["trifid dataset check .data/stars"]

    @Positional("DIR", "Folder of the data set.")
    var folder: String

    func run() throws -> ExitStatus {
        guard let data = try DatasetFolder.read(folder) else { return .incomplete }
        let problems = DataSetTaxonomy.problems(data, folder: folder)
        guard problems.isEmpty else {
            DatasetFolder.say(problems, of: folder)
            return .incomplete
        }
        StandardOutput.print("\(folder): \(DatasetFolder.counts(data)); nothing is wrong")
        return .done
    }
}

/// `trifid dataset describe`
struct DatasetDescribeCommand: Command {
    static let name = "describe"
    static let summary = "Print what a data set holds"
    static let discussion = """
        Objects by class and split with what they have (light curve, metadata, spectrum) and the points of the median light \
        curve; bands; features and of how many objects they are known, or looked for without result (none). Exit status 1 \
        where the folder cannot be used; check says why.
        """
    static let examples = ["trifid dataset describe .data/stars", "trifid dataset describe --json .data/sky"]

    @Flag("--json", "Print one JSON object.")
    var json: Bool

    @Positional("DIR", "Folder of the data set.")
    var folder: String

    func run() throws -> ExitStatus {
        guard let data = try DatasetFolder.read(folder) else { return .incomplete }
        let table = DatasetTable(data)
        if json { StandardOutput.print(table.json) } else { for line in table.lines { StandardOutput.print(line) } }
        return .done
    }
}

/// `trifid dataset draw`
struct DatasetDrawCommand: Command {
    static let name = "draw"
    static let summary = "Print examples as a recipe draws them for training, as a table of what could tell the survey"
    static let discussion = """
        A CSV row an example: the object, its source and class; number, span and gaps of the points it shows, bands, brightness, \
        noise, and which features are there. What a classifier tells from these columns alone is the survey and not the sky: \
        Tools/studies/nuisance.py says how much.
        """
    static let examples = ["trifid dataset draw --recipe Config/recipes/sky.yaml -n 20000 .data/sky > drawn.csv"]

    @Option("--recipe", "FILE", "The recipe, a YAML file as those in Config/recipes.")
    var recipe: String

    @Option("--fold", "N", in: 0...1000, "The fold that is kept for testing.")
    var fold: Int?

    @Option("--count", short: "-n", "N", in: 1...10_000_000, "How many examples.")
    var count: Int = 1000

    @Option("--seed", "N", in: 0...Int.max, "Seed of the draws; the recipe's unless given.")
    var seed: Int?

    @Positional("DIR", "Folder of the data set.")
    var folder: String

    func run() throws -> ExitStatus {
        let recipe = try Recipe(file: recipe)
        guard let data = try DatasetFolder.read(folder) else { return .incomplete }
        let drawn = try DrawnExamples(recipe, data, fold: fold)
        StandardOutput.print(drawn.columns.joined(separator: ","))
        var generator = SplitMix64(seed: seed.map(UInt64.init) ?? recipe.seed)
        for _ in 0..<count { StandardOutput.print(drawn.row(&generator).joined(separator: ",")) }
        return .done
    }
}

/// `trifid dataset constants`
struct DatasetConstantsCommand: Command {
    static let name = "constants"
    static let summary = "Print the constants of each light curve that a model adds to its points, as a table"
    static let discussion = """
        A CSV row an object that has a light curve: object, node, split, fold, and the constants of the whole of it, as a model \
        computes them; empty where one cannot be told. For classifiers of your own on the same numbers: \
        Tools/studies/baselines.py compares two with a model.
        """
    static let examples = ["trifid dataset constants --constants star .data/stars > constants.csv"]

    @Option("--constants", "NAMES", "Which, with commas between: alert, star, all, or names as in a recipe.")
    var constants: String = "all"

    @Positional("DIR", "Folder of the data set.")
    var folder: String

    func run() throws -> ExitStatus {
        guard let data = try DatasetFolder.read(folder) else { return .incomplete }
        let table = try ObjectConstants(data, names: constants.split(separator: ",").map(String.init))
        StandardOutput.print(table.columns.joined(separator: ","))
        for object in data.objects.indices {
            if let row = table.row(object) { StandardOutput.print(row.joined(separator: ",")) }
        }
        return .done
    }
}

/// Reading a data set for a command.
enum DatasetFolder {
    /// The data set; nil where it cannot be used, after saying why.
    static func read(_ folder: String) throws -> DataSet? {
        do { return try DataSet(folder: folder) } catch let problems as DataSetProblems {
            say(problems, of: folder)
            return nil
        }
    }

    /// A line each.
    static func say(_ problems: DataSetProblems, of folder: String) {
        for line in problems.description.split(separator: "\n") {
            StandardError.print("trifid: \(folder): \(line)")
        }
    }

    /// How much there is, in a line.
    static func counts(_ data: DataSet) -> String {
        "\(data.objects.count) objects, \(data.lightCurves.count) points, \(data.features.count) rows of metadata, "
            + "\(Set(data.spectra.map(\.name)).count) spectra"
    }
}
