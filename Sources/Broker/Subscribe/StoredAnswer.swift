package import Archive
import Avro
package import Sky

/// What a stored annotation says of its alert's class: enough to calibrate it anew.
package struct StoredAnswer: Sendable {
    /// The alert.
    package var identity: AlertIdentity
    /// Its object.
    package var objectId: String
    /// Its flags, by name.
    package var flags: [String]
    /// Points of the light curve that were used.
    package var points: Int
    /// The model's answer, which is the first of the alert's classifications.
    package var classification: Classification
}

/// Reads stored annotations, each by the schema that it was written with.
package final class StoredAnswerReader {
    private var schemas: [AnnotatedAlertVersion: AvroSchema] = [:]

    /// A reader.
    package init() {}

    /// The answer of a stored annotation.
    ///
    /// - Throws: `AvroError` where the datum is none of its version, or the version is of a later Trifid; `InstallationError`.
    package func read(_ stored: StoredDatum) throws -> StoredAnswer {
        guard let version = AnnotatedAlertVersion(rawValue: stored.schemaVersion) else {
            throw AvroError(.schema, "an annotation of version \(stored.schemaVersion), which a later Trifid wrote")
        }
        let schema = try schemas[version] ?? version.schema()
        schemas[version] = schema
        guard case .record(let record) = try AvroValue.decode(stored.datum, as: schema).value,
            let answer = StoredAnswer(record)
        else {
            throw AvroError(.corrupt, "a stored annotation is no annotated alert of version \(version.rawValue)")
        }
        return answer
    }
}

extension StoredAnswer {
    /// nil where a field is missing.
    fileprivate init?(_ record: AvroRecord) {
        guard case .string(let survey)? = record["survey"], case .long(let alertId)? = record["alertId"],
            case .double(let mjd)? = record["mjd"], case .string(let objectId)? = record["objectId"],
            case .record(let modalities)? = record["modalities"], case .int(let points)? = modalities["points"],
            case .array(let flags)? = record["flags"], case .array(let answers)? = record["classifications"],
            case .record(let first)? = answers.first,
            let classification = Classification(first)
        else { return nil }
        self.init(
            identity: AlertIdentity(survey: SurveyName(survey), alertId: alertId, mjd: mjd),
            objectId: objectId,
            flags: flags.compactMap(Classification.text),
            points: Int(points),
            classification: classification
        )
    }
}

extension Classification {
    /// nil where a field is missing; one that an earlier version of the schema did not have is empty.
    fileprivate init?(_ record: AvroRecord) {
        guard case .string(let classifier)? = record["classifier"], case .string(let version)? = record["version"],
            case .string(let state)? = record["state"], case .map(let nodes)? = record["probabilities"],
            case .float(let aleatoric)? = record["aleatoric"], case .float(let epistemic)? = record["epistemic"],
            case .array(let logits)? = record["logits"]
        else { return nil }
        self.init(
            classifier: classifier,
            version: version,
            trained: state == "trained",
            probabilities: nodes.sorted { $0.key < $1.key }.compactMap { node, value in
                if case .float(let value) = value { NodeProbability(node: node, probability: value) } else { nil }
            },
            aleatoric: aleatoric,
            epistemic: epistemic,
            logits: logits.compactMap { if case .float(let value) = $0 { value } else { nil } }
        )
        if case .array(let names)? = record["classes"] { classes = names.compactMap(Self.text) }
        if case .string(let name)? = record["calibration"] { calibration = name }
        if case .record(let decided)? = record["decision"], case .string(let node)? = decided["node"],
            case .array(let path)? = decided["path"], case .float(let probability)? = decided["probability"]
        {
            decision = Decision(node: node, path: path.compactMap(Self.text), probability: probability)
        }
    }

    fileprivate static func text(_ value: AvroValue) -> String? {
        if case .string(let text) = value { text } else { nil }
    }
}
