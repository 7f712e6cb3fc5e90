/// A folder of tables to train on, read whole; `README.md` is its format.
package struct DataSet: Sendable {
    /// What `dataset.yaml` says.
    package let description: DataSetDescription
    /// The objects in the order of `objects.csv`; all else names them by number.
    package let objects: [DataSetObject]
    package let lightCurves: LightCurves
    package let features: FeatureRows
    /// The spectra in the order of `spectra.csv`.
    package let spectra: [SpectrumPlace]
    /// The FITS files by name.
    package let spectrumFiles: [String: FITSSpectra]

    /// Reads a folder.
    ///
    /// - Throws: `DataSetProblems` with everything that is wrong, file, row and column.
    package init(folder: String) throws {
        var problems = DataSetProblems()
        let description = DataSetDescription(folder: folder, &problems)
        let objects = ObjectTable.read(folder, &problems)
        // Without objects every other row would be wrong.
        guard !objects.isEmpty else {
            if problems.isEmpty { problems.add(DataSetProblem("objects.csv", "has no object")) }
            throw problems
        }
        let lightCurves = PhotometryTable.read(folder, objects, description, &problems)
        let features = FeatureTable.read(folder, objects, description, &problems)
        let (spectra, files) = SpectrumTable.read(folder, objects, &problems)
        guard problems.isEmpty else { throw problems }
        self.description = description
        self.objects = objects
        self.lightCurves = lightCurves
        self.features = features
        self.spectra = spectra
        spectrumFiles = files
    }
}
