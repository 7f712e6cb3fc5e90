package import DataSets
internal import Foundation
internal import Ground

/// Whether the nodes of a data set stand in the taxonomy that its `dataset.yaml` names.
package enum DataSetTaxonomy {
    /// What is wrong with them; nothing where no taxonomy is named.
    ///
    /// - Parameter folder: that of the data set. A taxonomy's path is from where the command runs, else from there.
    package static func problems(_ data: DataSet, folder: String) -> DataSetProblems {
        var problems = DataSetProblems()
        let named = data.description.taxonomy
        guard !named.isEmpty else { return problems }
        let beside = "\(folder)/\(named)"
        let isBeside = !named.hasPrefix("/") && !exists(named) && exists(beside)
        let labels: TrainingLabels
        do {
            labels = TrainingLabels(try TaxonomyFile.read(isBeside ? beside : named).taxonomy)
        } catch let error as FileError {
            add("\(error.description): a path from here, or from the data set's folder, will do")
            return problems
        } catch {
            add("\(error)")
            return problems
        }
        func add(_ message: String) {
            problems.add(DataSetProblem(DataSetDescription.file, column: "taxonomy.file", message))
        }
        let unknown = Dictionary(
            grouping: data.objects.filter { !$0.node.isEmpty && labels.number(of: $0.node) == nil },
            by: \.node
        )
        for (node, objects) in unknown.sorted(by: { $0.key < $1.key }) {
            let others = objects.count > 1 ? " and of \(objects.count - 1) more" : ""
            problems.add(
                DataSetProblem(
                    "objects.csv",
                    column: "node",
                    "'\(node.plain(limit: 60))' of '\(objects[0].name.plain(limit: 60))'\(others) is no node that \(named) trains: "
                        + "correct the one or the other"
                )
            )
        }
        return problems
    }

    private static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}
