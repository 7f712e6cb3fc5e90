import AstroM3
import DataSets
import Ground
import Training

/// `trifid embed`
struct EmbedCommand: Command {
    static let name = "embed"
    static let summary = "Write the embeddings of a data set's objects to a FITS table"
    static let discussion = """
        A row an object of the split or fold, labelled or not, as evaluate sees it: OBJECT, LABEL, POINTS, MODALITIES, and unit \
        vectors JOINT, PHOTOMETRY, SPECTRUM and METADATA, of NaN where the object has none. The dot product of two of them is \
        their similarity, across modalities too where the model was pre-trained. Table.read(FILE) of astropy.table and TOPCAT \
        read it.
        """
    static let examples = ["trifid embed --model .runs/sky/model --data .data/sky --split test --out sky-test.fits"]

    @Option("--model", "DIR", "Folder of the model.")
    var model: String

    @Option("--data", "DIR", "Folder of the data set.")
    var data: String

    @Option("--split", "SPLIT", "train, val or test.")
    var split: SplitChoice = .test

    @Option("--fold", "N", in: 0...1000, "The objects of a fold in place of a split.")
    var fold: Int?

    @Option("--out", "FILE", "The FITS file; one that is there is replaced.")
    var out: String

    @Option("--threads", "N", in: 1...256, "Threads.")
    var threads: Int = 2

    func run() throws -> ExitStatus {
        guard let data = try DatasetFolder.read(data) else { return .incomplete }
        let model = try Model(folder: model)
        let table = try EmbeddingTable(model, data, split: split.split, fold: fold, threads: threads)
        guard table.count > 0 else {
            throw CommandFailure(
                .incomplete,
                "no object of \(fold.map { "fold \($0)" } ?? "split \(split.rawValue)") has anything that the model can use",
                advice: "trifid dataset describe lists objects by class and split"
            )
        }
        try table.write(to: out)
        let rest = table.leftOut > 0 ? "; \(table.leftOut) have nothing that the model can use" : ""
        StandardOutput.print("\(out): \(table.count) objects\(rest)")
        return .done
    }
}
