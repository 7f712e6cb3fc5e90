package import DataSets

/// The folds of a data set whose objects have split `fold`: one is tested, the next chooses the weights and calibrates, and the
/// others train (`ExamplePool`). With too few of them one would serve for two things.
package struct DataSetFolds: Sendable {
    private let name: String
    private let numbers: Set<Int>
    /// Whether objects of split `train` train beside those of folds.
    private let hasOthers: Bool

    package init(_ data: DataSet) {
        name = data.description.name
        numbers = Set(data.objects.lazy.filter { $0.split == .fold }.compactMap(\.fold))
        hasOthers = data.objects.contains { $0.split == .train }
    }

    /// Refuses to train where a fold would have to serve for two things.
    ///
    /// - Parameter tested: the fold that is kept apart; nil: none is.
    /// - Throws: `RunFolder.Fault` that says what to do.
    func checkTraining(tested: Int?) throws(RunFolder.Fault) {
        guard let last = numbers.max() else { return }
        guard numbers.count == last + 1 else {
            throw RunFolder.Fault(
                description:
                    "the folds of \(name) are \(numbers.sorted().map(String.init).joined(separator: ", ")): number them from 0 "
                    + "without a gap (column fold of objects.csv)"
            )
        }
        let needed = (tested == nil ? 1 : 2) + (hasOthers ? 0 : 1)
        guard numbers.count >= needed else {
            throw RunFolder.Fault(
                description:
                    "\(count): \(tested == nil ? "" : "one is tested, ")one chooses the weights"
                    + "\(hasOthers ? "" : " and the others train"), so that \(needed) at least must be there: deal the objects into "
                    + "more folds (column fold of objects.csv), or give them the splits train, val and test"
            )
        }
    }

    /// Refuses to test by fold where whoever trained cannot have kept the tested objects apart.
    ///
    /// - Throws: `RunFolder.Fault` that says what to do.
    package func checkTested() throws(RunFolder.Fault) {
        guard numbers.count == 1, !hasOthers else { return }
        throw RunFolder.Fault(
            description:
                "\(count), which no model of this set can have left out: deal the objects into three folds at least (column "
                + "fold of objects.csv), or give those to be tested the split test and leave --fold away"
        )
    }

    private var count: String { "\(name) has \(numbers.count) fold\(numbers.count == 1 ? "" : "s")" }
}
