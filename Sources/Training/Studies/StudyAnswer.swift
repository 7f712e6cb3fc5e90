package import AstroM3
internal import DataSets
package import Ground
package import Sky

/// What the model of a cell says of an object that it has not seen, from each set of modalities that the object has whole.
package struct StudyAnswer: Hashable, Sendable {
    package var object: String
    /// The object on the sky that it is, where the data set says so.
    package var cluster: Int?
    /// Its node.
    package var label: String
    /// Points of its light curve.
    package var points: Int
    /// Calibrated probability of each node, by the set.
    package var probabilities: [ModalitySet: [String: Double]]

    package init(
        object: String,
        cluster: Int? = nil,
        label: String,
        points: Int = 0,
        probabilities: [ModalitySet: [String: Double]]
    ) {
        (self.object, self.cluster, self.label) = (object, cluster, label)
        (self.points, self.probabilities) = (points, probabilities)
    }

    /// As a line of `answers.jsonl`.
    package var json: JSONValue {
        let sets = ModalitySet.allSubsets.compactMap { set in probabilities[set].map { (set, $0) } }
        return [
            "object": .string(object), "cluster": cluster.map { .integer(Int64($0)) } ?? .null,
            "label": .string(label), "points": .integer(Int64(points)),
            "probabilities": .object(
                sets.map { set, nodes in
                    let members = nodes.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .number($0.value)) }
                    return .init(set.description, .object(members))
                }
            ),
        ]
    }

    /// Reads such a line; nil where it is none.
    package init?(_ json: JSONValue) {
        guard let object = json["object"]?.text, let label = json["label"]?.text,
            case .integer(let points)? = json["points"], case .object(let sets)? = json["probabilities"]
        else { return nil }
        (self.object, self.label, self.points, cluster) = (object, label, Int(points), nil)
        if case .integer(let number)? = json["cluster"] { cluster = Int(number) }
        probabilities = [:]
        for set in sets {
            guard let modalities = ModalitySet(name: set.name), case .object(let nodes) = set.value else { return nil }
            var found: [String: Double] = [:]
            for node in nodes {
                switch node.value {
                case .number(let value): found[node.name] = value
                case .integer(let value): found[node.name] = Double(value)
                default: return nil
                }
            }
            probabilities[modalities] = found
        }
    }
}

extension StudyAnswer {
    /// The answers of a model to a fold or to split `test`, in the order of the data set: objects as they are, to each of the
    /// seven sets of modalities that they have.
    ///
    /// - Parameter chosen: the objects, where not all of these are asked about.
    package static func answers(
        of model: Model,
        _ objects: ObjectData,
        fold: Int?,
        only chosen: [Int]? = nil,
        threads: Int
    ) -> [StudyAnswer] {
        let labels = TrainingLabels(model.taxonomy)
        let records = EvaluatedRecords(objects, labels)
        let chosen = chosen ?? EvaluatedObjects(objects.data, labels, split: .test, fold: fold).objects
        let sets = ModalitySet.allSubsets
        let answers = Evaluator(model, threads: threads).answers(
            count: chosen.count,
            looks: sets.map { EvaluationLook(modalities: $0) },
            record: { records.record(chosen[$0]) },
            keep: { place, answer in
                Scores.Answer(
                    answer,
                    of: model,
                    labels,
                    label: records.label(chosen[place]),
                    object: chosen[place]
                )
            }
        )
        return zip(chosen, answers).compactMap { number, answers in
            let object = objects.data.objects[number]
            var entry = StudyAnswer(
                object: object.name,
                cluster: object.cluster,
                label: object.node,
                probabilities: [:]
            )
            for (set, answer) in zip(sets, answers) {
                // A set counts for objects that have all of it, and for models that look at all of it.
                guard let answer, answer.modalities == set.description else { continue }
                entry.points = max(entry.points, answer.points)
                let nodes = Scores(labels, [answer])
                entry.probabilities[set] = Dictionary(
                    uniqueKeysWithValues: labels.names.indices.map { (labels.names[$0], nodes.probability($0, answer)) }
                )
            }
            return entry.probabilities.isEmpty ? nil : entry
        }
    }

    /// The lines of a cell's answers.
    ///
    /// - Parameter maximum: bytes of the file; a model answers with some kilobytes an object.
    /// - Throws: `RunFolder.Fault` naming the file and the line that is no answer.
    static func read(_ file: String, maximum: Int = 1 << 30) throws -> [StudyAnswer] {
        let text: [UInt8]
        do { text = try FileContents.read(file, maximum: maximum) } catch {
            throw RunFolder.Fault(description: "\(file) cannot be read: \(error.reason)")
        }
        return try text.split(separator: UInt8(ascii: "\n")).enumerated().map { number, line in
            guard let json = try? JSONParser.parse(line), let answer = StudyAnswer(json) else {
                throw RunFolder.Fault(
                    description:
                        "\(file), line \(number + 1), is no answer of a study: take the file away, and the cell "
                        + "is answered again"
                )
            }
            return answer
        }
    }
}
