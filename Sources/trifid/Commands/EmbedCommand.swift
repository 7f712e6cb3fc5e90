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

    @Option("--out", "FILE", "The FITS file; one that is there is replaced, a pipe or a device written into.")
    var out: String

    @Option("--inputs", "FILE", "A safetensors file of the photometry encoder's inputs, written as --out is.")
    var inputs: String?

    func run() throws -> ExitStatus {
        if let inputs, try DurableFile.areOne(out, inputs) {
            throw UsageError(
                message:
                    "--out \(out) and --inputs \(inputs) are one file, and one of the two would be lost: name two files"
            )
        }
        // Before the work: what cannot be written is told at once. None takes its place before both are there.
        let draft = try DurableFile.Draft(for: out)
        let draftOfInputs = try inputs.map { try DurableFile.Draft(for: $0) }
        guard let data = try DatasetFolder.read(tested.data) else { return .incomplete }
        let table = try EmbeddingTable(
            try Model(folder: tested.model),
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
        try table.write(to: draft)
        if let draftOfInputs { try table.writeInputs(to: draftOfInputs) }
        try draft.takePlace()
        try draftOfInputs?.takePlace()
        let rest = table.leftOut > 0 ? "; \(table.leftOut) have nothing that the model can use" : ""
        let words = "\(out): \(table.count) objects\(rest)"
        // Where a file goes into a pipe, that may be our own output.
        if draft.isReplacing, draftOfInputs?.isReplacing ?? true {
            StandardOutput.print(words)
        } else {
            StandardError.print("trifid: \(words)")
        }
        return .done
    }
}
