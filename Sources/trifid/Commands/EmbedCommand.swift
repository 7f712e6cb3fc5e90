import AstroM3
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
        read it. With --inputs also what the photometry encoder was given of each row, as safetensors: lengths, rows and \
        constants, for the encoder that Tools/export/onnx_photometry.py has exported.
        """
    static let examples = [
        "trifid embed --model .runs/sky/model --data .data/sky --split test --out sky-test.fits",
        "trifid embed --model Config/models/stars --data mine --out mine.fits --inputs mine.safetensors",
    ]

    let tested = TestedObjectsOptions()

    @Option("--out", "FILE", "The FITS file; one that is there is replaced.")
    var out: String

    @Option("--inputs", "FILE", "A safetensors file of the photometry encoder's inputs; one that is there is replaced.")
    var inputs: String?

    func run() throws -> ExitStatus {
        guard let data = try DatasetFolder.read(tested.data) else { return .incomplete }
        let model = try Model(folder: tested.model)
        let table = try EmbeddingTable(
            model,
            data,
            split: tested.split.split,
            fold: tested.fold,
            threads: tested.threads.number
        )
        guard table.count > 0 else {
            throw CommandFailure(
                .incomplete,
                "no object of \(tested.fold.map { "fold \($0)" } ?? "split \(tested.split.rawValue)") has anything that the model can use",
                advice: "trifid dataset describe lists objects by class and split"
            )
        }
        try table.write(to: out)
        if let inputs { try table.writeInputs(to: inputs) }
        let rest = table.leftOut > 0 ? "; \(table.leftOut) have nothing that the model can use" : ""
        StandardOutput.print("\(out): \(table.count) objects\(rest)")
        return .done
    }
}
