internal import DataSets
internal import Ground
internal import Sky

/// The objects of a data set as whole records: nothing hidden, varied or cut. A record is made when it is asked for.
struct EvaluatedRecords: Sendable {
    private let draw: ExampleDraw
    private let labels: [Int]
    let objects: ObjectData
    /// Names of the features that derive from the light curve.
    let derived: [String]

    /// - Throws: `DataSetProblem` where a spectrum's file cannot be read.
    init(_ data: DataSet, _ labels: TrainingLabels) throws {
        self.init(try ObjectData(data), labels)
    }

    /// Of objects that have been read.
    init(_ objects: ObjectData, _ labels: TrainingLabels) {
        self.objects = objects
        let data = objects.data
        let settings = Recipe.Examples()
        let pool = ExamplePool(objects, labels: labels, settings, .evaluation)
        draw = ExampleDraw(objects, labels: labels, settings, .evaluation, pool: pool)
        self.labels = data.objects.map { labels.number(of: $0.node) ?? -1 }
        derived = data.description.features.filter { !$0.isContrastive }.map(\.name)
    }

    /// The same at every call.
    func record(_ object: Int) -> Record {
        var generator = SplitMix64(seed: 0)
        return draw.example(of: object, &generator).record
    }

    /// Number of an object's label; -1 for none.
    func label(_ object: Int) -> Int { labels[object] }
}
