import DataSets

/// A model, and the objects of a data set that it is asked about.
struct TestedObjectsOptions: ArgumentGroup {
    @Option("--model", "DIR", "Folder of the model.")
    var model: String

    @Option("--data", "DIR", "Folder of the data set.")
    var data: String

    @Option("--split", "SPLIT", "train, val or test.")
    var split: SplitChoice = .test

    @Option("--fold", "N", in: 0...1000, "In place of a split: objects of a set in folds, else labelled alerts.")
    var fold: Int?

    let threads = ThreadsOption()
}

/// The splits that can be tested on, as words of the command line.
enum SplitChoice: String, ArgumentChoice {
    case train, val, test

    var split: DataSetObject.Split { DataSetObject.Split(rawValue: rawValue) ?? .test }
}
