internal import AstroM3
internal import DataSets

/// The answers of a cell that is done, by which it is known to be: a file that was emptied, or cut at a line's end, reads like a whole
/// one and would change the tables.
struct CellAnswers {
    /// `answers.jsonl` of the cell.
    let file: String
    /// Folder of the cell's model.
    let model: String

    /// Refuses answers that are not those to the cell's objects, each once. The model is asked about objects without one: those have
    /// none of which it can use nothing.
    ///
    /// - Throws: `RunFolder.Fault` naming the file, how many answers it has, and what to do.
    func check(_ objects: ObjectData, _ labels: TrainingLabels, fold: Int?, threads: Int) throws {
        let answers = try StudyAnswer.read(file)
        let chosen = EvaluatedObjects(objects.data, labels, split: .test, fold: fold).objects
        let answered = Set(answers.map(\.object))
        func name(_ object: Int) -> String { objects.data.objects[object].name }
        guard answered.count == answers.count, answered.isSubset(of: chosen.map(name)) else {
            throw fault(answers.count, "which are not those to the \(chosen.count) objects of its cell, each once")
        }
        let missing = chosen.filter { !answered.contains(name($0)) }
        guard !missing.isEmpty else { return }
        let model: Model
        do { model = try Model(folder: self.model, isCorrected: false) } catch {
            throw fault(answers.count, "its cell \(chosen.count) objects, and no model says why (\(error))")
        }
        let found = StudyAnswer.answers(of: model, objects, fold: fold, only: missing, threads: threads)
        guard found.isEmpty else {
            throw fault(answers.count, "and its cell \(answers.count + found.count) objects that the model answers")
        }
    }

    private func fault(_ count: Int, _ words: String) -> RunFolder.Fault {
        RunFolder.Fault(
            description: "\(file) has \(count) answers, \(words): take the file away, and the cell is answered again"
        )
    }
}
