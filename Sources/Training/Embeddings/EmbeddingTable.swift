package import AstroM3
package import DataSets
package import Ground
internal import Sky

/// Embeddings of a data set's objects as a table of a FITS file.
///
/// | column | what it is |
/// |---|---|
/// | `OBJECT` | name in the data set |
/// | `LABEL` | node that its class trains, empty for none |
/// | `POINTS` | points of the light curve that were used |
/// | `MODALITIES` | what the joint embedding is made of, as `photometry+metadata` |
/// | `JOINT`, `PHOTOMETRY`, `SPECTRUM`, `METADATA` | unit vectors; NaN where the object has none |
package struct EmbeddingTable: Sendable {
    private let objects: EmbeddedObjects
    private let model: Model
    private let data: DataSet
    private let records: EvaluatedRecords
    private let split: String
    /// Objects of the split without anything that the model can use.
    package let leftOut: Int

    /// Objects that have a row.
    package var count: Int { objects.rows.count }

    /// Embeds the objects of a split or a fold, with or without label.
    ///
    /// - Throws: `DataSetProblem` where a spectrum's file cannot be read.
    package init(_ model: Model, _ data: DataSet, split: DataSetObject.Split, fold: Int?, threads: Int) throws {
        (self.model, self.data) = (model, data)
        let chosen = data.objects.indices.filter { number in
            let object = data.objects[number]
            return fold == nil ? object.split == split : object.fold == fold
        }
        self.split = fold.map { "fold \($0)" } ?? split.rawValue
        records = try EvaluatedRecords(data, TrainingLabels(model.taxonomy))
        objects = EmbeddedObjects(model, records, chosen, threads: threads)
        leftOut = chosen.count - objects.rows.count
    }

    /// Writes the file.
    ///
    /// - Throws: `DurableFile.Failure`, or `FITSTable.Failure` and `FileError` of a temporary file: that has to lie somewhere, for
    ///   cfitsio writes by names alone.
    package func write(to draft: DurableFile.Draft) throws {
        var table = FITSTable(name: "EMBEDDINGS")
        table.add(keyword: "MODEL", model.manifest.name.plain(limit: 60), "name of the model")
        table.add(keyword: "VERSION", model.manifest.fullVersion.plain(limit: 60), "its version and checksum")
        table.add(keyword: "DATASET", data.description.name.plain(limit: 60), "name of the data set")
        table.add(keyword: "SPLIT", split, "split or fold")
        table.add("OBJECT", .text(objects.rows.map { data.objects[$0.object].name }))
        table.add("LABEL", .text(objects.rows.map { data.objects[$0.object].node }))
        table.add("POINTS", .integers(objects.rows.map { Int32($0.points) }))
        table.add("MODALITIES", .text(objects.rows.map(\.modalities)))
        for space in EmbeddedObjects.Space.allCases {
            let missing = [Float](repeating: .nan, count: objects.dimension)
            table.add(
                space.rawValue.uppercased(),
                .floats(objects.rows.flatMap { $0.vectors[space] ?? missing }, width: objects.dimension)
            )
        }
        let folder = try PrivateFolder()
        defer { folder.remove() }
        let file = "\(folder.path)/embeddings.fits"
        try table.write(to: file)
        let bytes = try FileContents.read(file, maximum: .max)
        try bytes.withUnsafeBytes { try draft.write($0) }
    }

    /// Writes what the photometry encoder is given of the objects of the table, in its order, as `EncoderInputs`.
    ///
    /// - Throws: `DurableFile.Failure`.
    package func writeInputs(to draft: DurableFile.Draft) throws {
        let inputs = EncoderInputs(model.manifest.photometry, objects.rows.lazy.map { records.record($0.object) })
        let metadata = [
            "model": model.manifest.name, "version": model.manifest.fullVersion, "dataset": data.description.name,
            "split": split, "channels": model.manifest.photometry.channels.joined(separator: " "),
        ]
        try inputs.write(to: draft, metadata: metadata)
    }
}
