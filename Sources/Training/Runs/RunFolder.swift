package import AstroM3
internal import Foundation
internal import Ground
internal import Learning
package import Tensor

/// The folder of a run: the recipe that it follows, what it did step by step, and what it needs to go on.
///
///     recipe.yaml              as it was given
///     run.json                 phase, seed, fold, threads, data
///     manifest.json            the model's inputs and sizes, as model.json has them
///     log.jsonl                a line each look at the validation objects
///     curves.svg               the losses of the log, the best look marked
///     checkpoint.safetensors   weights and moments of the newest look
///     best.safetensors         the weights of the best one
///     model/                   the model, when the run is done
///     members/1, 2, ...        the runs of an ensemble's other networks, which are trained before (`EnsembleRun`)
package struct RunFolder: Sendable {
    package let path: String

    /// What was asked for; a run goes on only with the same.
    package struct Description: Codable, Hashable, Sendable {
        package var phase: String
        package var recipe: String
        package var seed: UInt64
        package var fold: Int?
        package var threads: Int
        /// Name of the data set.
        package var data: String
        /// SHA-256 of what the data set holds.
        package var digest: String
        /// SHA-256 of the taxonomy.
        package var taxonomy: String
        /// SHA-256 of the weights that it begins with.
        package var from: String?
        /// The part of the labels that it sees; nil: all.
        package var labels: LabelShare?
        /// How many steps it takes; nil: as many as the recipe says.
        package var steps: Int?
        /// Which of an ensemble's networks it trains; nil: the first.
        package var member: Int?
    }

    /// Why a folder cannot be used.
    package struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
        package let description: String
    }

    /// Most bytes of a log: a line each look, of a hundred bytes or two.
    private static let largestLog = 256 << 20

    package init(_ path: String) { self.path = path }

    package var checkpoint: String { "\(path)/checkpoint.safetensors" }
    package var best: String { "\(path)/best.safetensors" }
    package var model: String { "\(path)/model" }
    package var log: String { "\(path)/log.jsonl" }

    /// Whether a run has begun here.
    package var isBegun: Bool { exists("run.json") }
    package var hasCheckpoint: Bool { exists("checkpoint.safetensors") }
    /// Whether the model is there, and the card that fine-tuning writes after it.
    package var isDone: Bool {
        exists("model/model.json")
            && (exists("model/card.md") || (try? description())?.phase == TrainingRun.Phase.pretraining.rawValue)
    }

    private func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(name)") }

    /// The folder of an ensemble's other network.
    func member(_ number: Int) -> String { "\(path)/members/\(number)" }

    /// Numbers of the ensemble's other networks that have folders here.
    private var members: [Int] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(path)/members")) ?? []).compactMap(Int.init)
    }

    /// Whether runs of an ensemble's other networks have begun here.
    var hasMembers: Bool { members.contains { RunFolder(member($0)).isBegun } }

    /// The recipe that the run was begun with.
    ///
    /// - Throws: `RecipeError` or `FileError` where it cannot be read.
    func recipe() throws -> Recipe { try Recipe(file: "\(path)/recipe.yaml") }

    /// Begins a run in a folder that holds none.
    func begin(_ description: Description, recipe: [UInt8], manifest: ModelManifest) throws {
        try Self.make(path)
        try write(recipe, "recipe.yaml")
        try write(encode(manifest), "manifest.json")
        try write([], "log.jsonl")
        // The last of them: a folder without it has not begun.
        try write(encode(description), "run.json")
    }

    /// Makes a folder where there is none.
    static func make(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// What stands in `run.json`.
    package func description() throws -> Description { try decode("run.json") }

    /// Refuses to go on with a run of something else.
    ///
    /// - Parameters:
    ///   - owner: whose run it is, where it is a part of something.
    ///   - advice: what to do.
    func check(
        _ wanted: Description,
        of owner: String? = nil,
        advice: String = "go on with what it was begun with, or name another folder"
    ) throws {
        let known = try description()
        guard known == wanted else {
            let difference = known.difference(from: wanted) + (owner.map { " than its \($0)" } ?? "")
            throw Fault(description: "\(path) is a run of another \(difference): \(advice)")
        }
    }

    package func manifest() throws -> ModelManifest {
        let manifest: ModelManifest = try decode("manifest.json")
        do { try manifest.check() } catch { throw Fault(description: "\(path)/manifest.json is damaged: \(error)") }
        return manifest
    }

    /// SHA-256 of the best weights.
    func digestOfBest() throws -> String {
        do {
            return SHA256.hexadecimal(try FileContents.read(best, maximum: FileContents.largestNumbers))
        } catch {
            throw Fault(description: "\(path) is no run that has weights: \(best) cannot be read")
        }
    }

    /// Takes a model away that is only half there.
    func removeModel() throws {
        guard FileManager.default.fileExists(atPath: model) else { return }
        try FileManager.default.removeItem(atPath: model)
    }

    /// Takes away what a run that is done needs no more, of an ensemble's other networks the models too: the run's own model has
    /// them all. The best weights stay where another run begins with them.
    func removeWhatIsNotNeeded(keepsBest: Bool) throws {
        let others = members.map { RunFolder(member($0)) }.flatMap { [$0.checkpoint, $0.best, $0.model] }
        for path in (keepsBest ? [checkpoint] : [checkpoint, best]) + others
        where FileManager.default.fileExists(atPath: path) {
            try FileManager.default.removeItem(atPath: path)
        }
    }

    /// Adds a line to the log.
    func add(_ line: JSONValue) throws {
        let handle = try FileHandle(forWritingTo: URL(filePath: log))
        defer { try? handle.close() }
        try handle.seekToEnd()
        try handle.write(contentsOf: Data((line.description + "\n").utf8))
    }

    /// Draws the log.
    func drawCurves(_ title: String) throws {
        guard let log = readLog(), let svg = TrainingCurves(log: log).svg(title) else { return }
        try write(Array(svg.utf8), "curves.svg")
    }

    private func readLog() -> [UInt8]? { try? FileContents.read(log, maximum: Self.largestLog) }

    /// The step of the last look at the validation objects; nil where there was none, or the log is gone.
    var lastLook: Int? {
        String(decoding: readLog() ?? [], as: UTF8.self).split(separator: "\n").last.flatMap(Self.step)
    }

    private static func step(of line: Substring) -> Int? {
        (try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])?["step"] as? Int
    }

    /// Takes lines of later steps than a checkpoint's out of the log.
    func cutLog(after step: Int) throws {
        // A log that is gone or damaged costs its lines, and not the run.
        let text = String(decoding: readLog() ?? [], as: UTF8.self)
        let lines = text.split(separator: "\n")
        let kept = lines.filter { line in Self.step(of: line).map { $0 <= step } ?? false }
        try write(Array((kept.joined(separator: "\n") + (kept.isEmpty ? "" : "\n")).utf8), "log.jsonl")
    }

    /// Weights by name, in the place of those that are there.
    func write(weights: [String: ShapedArray], to path: String) throws {
        let data = try SafeTensors.encode(weights)
        try data.withUnsafeBytes { try DurableFile.write($0, to: path) }
    }

    /// Weights by name.
    package static func weights(_ path: String) throws -> [String: ShapedArray] {
        func fault(_ reason: String) -> Fault { Fault(description: "the weights \(path) cannot be read: \(reason)") }
        let contents: [UInt8]
        do throws(FileError) {
            contents = try FileContents.read(path, maximum: FileContents.largestNumbers)
        } catch { throw fault(error.reason) }
        let tensors: SafeTensors
        do { tensors = try SafeTensors(Data(contents)) } catch { throw fault(error.inWords) }
        return Dictionary(
            uniqueKeysWithValues: tensors.names.compactMap { name in tensors.read(name).map { (name, $0) } }
        )
    }

    func write(_ bytes: [UInt8], _ name: String) throws {
        try bytes.withUnsafeBytes { try DurableFile.write($0, to: "\(path)/\(name)") }
    }

    func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }

    private func decode<Value: Decodable>(_ name: String) throws -> Value {
        let file = "\(path)/\(name)"
        func fault(_ reason: String) -> Fault { Fault(description: "\(file) cannot be read: \(reason)") }
        let text: [UInt8]
        do throws(FileError) {
            text = try FileContents.read(file, maximum: FileContents.largestText)
        } catch { throw fault(error.reason) }
        do { return try JSONDecoder().decode(Value.self, from: Data(text)) } catch { throw fault(error.inWords) }
    }
}
