import DataSets
import Ground

/// `trifid dataset`
struct DatasetCommand: CommandGroup {
    static let name = "dataset"
    static let summary = "Check and describe folders of data to train on"
    static let examples = ["trifid dataset check .data/stars", "trifid dataset describe --json .data/sky"]
    static let subcommands: [any Command.Type] = [DatasetCheckCommand.self, DatasetDescribeCommand.self]
}

/// `trifid dataset check`
struct DatasetCheckCommand: Command {
    static let name = "check"
    static let summary = "Say what is wrong with a data set, by file, row and column"
    static let discussion = """
        Reads everything: dataset.yaml, objects, photometry, metadata and spectra. Goes on after a problem and lists the \
        first twenty of each file. The format is in Sources/DataSets/README.md. Exit status 1 where anything is wrong.
        """
    static let examples = ["trifid dataset check .data/stars"]

    @Positional("DIR", "Folder of the data set.")
    var folder: String

    func run() throws -> ExitStatus {
        guard let data = try DatasetFolder.read(folder) else { return .incomplete }
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

/// Reading a data set for a command.
enum DatasetFolder {
    /// The data set; nil where it cannot be used, after saying why.
    static func read(_ folder: String) throws -> DataSet? {
        do { return try DataSet(folder: folder) } catch let problems as DataSetProblems {
            for line in problems.description.split(separator: "\n") {
                StandardError.print("trifid dataset: \(folder): \(line)")
            }
            return nil
        }
    }

    /// How much there is, in a line.
    static func counts(_ data: DataSet) -> String {
        "\(data.objects.count) objects, \(data.lightCurves.count) points, \(data.features.count) rows of metadata, "
            + "\(Set(data.spectra.map(\.name)).count) spectra"
    }
}
