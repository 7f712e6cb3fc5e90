internal import DataSets
package import Ground

/// Which objects of a data set are tested, and how many are not and why.
package struct EvaluatedObjects: Sendable {
    /// Why an object of the split or fold is not tested.
    package enum Reason: String, Sendable, CaseIterable {
        case noLabel
        case notInTaxonomy
        case alteredPacket
        case hasAlert
        case noAlert
        case nothingToSee

        /// In words.
        package var words: String {
            switch self {
            case .noLabel: "no label that trains anything"
            case .notInTaxonomy: "a label that is no node of the model's taxonomy"
            case .alteredPacket: "a labelled packet whose history was altered, so that there is nothing to see"
            case .hasAlert: "one object with a labelled alert, which is tested by its fold"
            case .noAlert: "no labelled alert: of this set a fold tests the alerts"
            case .nothingToSee: "nothing that the model can use: no point, spectrum or feature"
            }
        }
    }

    /// Numbers of the objects.
    package private(set) var objects: [Int] = []
    package private(set) var leftOut: [Reason: Int] = [:]
    /// `test`, `fold 3`.
    package let name: String

    /// - Parameter fold: the labelled alerts of a fold, or the objects of a set that is in folds; nil: the split.
    init(_ data: DataSet, _ labels: TrainingLabels, split: DataSetObject.Split, fold: Int?) {
        name = fold.map { "fold \($0)" } ?? split.rawValue
        let hasAlerts = data.objects.contains(where: \.hasPacket)
        for (number, object) in data.objects.enumerated() {
            guard fold == nil ? object.split == split : object.fold == fold else { continue }
            if let reason = Self.reason(object, number, data, labels, byFold: fold != nil, hasAlerts) {
                leftOut[reason, default: 0] += 1
            } else {
                objects.append(number)
            }
        }
    }

    private static func reason(
        _ object: DataSetObject,
        _ number: Int,
        _ data: DataSet,
        _ labels: TrainingLabels,
        byFold: Bool,
        _ hasAlerts: Bool
    ) -> Reason? {
        if byFold, object.hasPacket != hasAlerts { return .noAlert }
        if !byFold, object.hasAlert { return .hasAlert }
        if object.node.isEmpty { return .noLabel }
        if labels.number(of: object.node) == nil { return .notInTaxonomy }
        // A packet that its source has altered has a label and nothing to see.
        return byFold && object.hasPacket && data.lightCurves.ranges[number].isEmpty ? .alteredPacket : nil
    }

    /// Counts what the model had nothing to see of.
    mutating func add(withNothingToSee count: Int) {
        if count > 0 { leftOut[.nothingToSee, default: 0] += count }
    }

    /// As JSON, every reason that there is.
    package var json: JSONValue {
        .object(
            Reason.allCases.compactMap { reason in
                leftOut[reason].map { .init(reason.rawValue, .integer(Int64($0))) }
            }
        )
    }

    /// In words, the reasons in order; nil where nothing is left out.
    package var sentence: String? {
        let parts = Reason.allCases.compactMap { reason in leftOut[reason].map { "\($0) \(reason.words)" } }
        return parts.isEmpty ? nil : "left out: " + parts.joined(separator: "; ")
    }
}
