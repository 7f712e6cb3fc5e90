package import Sky

/// What an evaluation shows a model of each object: how much of its light curve, and which modalities.
package struct EvaluationLook: Hashable, Sendable {
    /// Where a light curve ends.
    package enum Cut: Hashable, Sendable {
        /// Nowhere: it is whole.
        case whole
        /// At a detection, the first being 1.
        case detections(Int)
        /// At the last detection within so many days of the first.
        case days(Double)
    }

    package var cut: Cut
    package var modalities: ModalitySet

    /// The whole of it, unless something else is asked for.
    package init(cut: Cut = .whole, modalities: ModalitySet = [.photometry, .spectrum, .metadata]) {
        (self.cut, self.modalities) = (cut, modalities)
    }

    /// Numbers of detections that early answers are asked for at.
    static let points = [1, 2, 4, 8, 16, 32]
    /// Days since the first detection likewise.
    static let days = [1, 3, 7, 14, 30, 90]

    /// In words, empty for the whole: `first 8 points, photometry+metadata`.
    package var description: String {
        var words: [String] = []
        switch cut {
        case .whole: break
        case .detections(let number): words.append("first \(number) points")
        case .days(let days): words.append("first \(days.rounded() == days ? "\(Int(days))" : "\(days)") days")
        }
        if modalities != [.photometry, .spectrum, .metadata] { words.append(modalities.description) }
        return words.joined(separator: ", ")
    }
}

/// Objects' records under looks, without two that are the same of one object.
struct SeenRecords {
    private struct Key: Hashable {
        var object: Int
        var points: Int
        var modalities: ModalitySet
    }

    private(set) var records: [Record] = []
    /// Which object each of them shows.
    private(set) var objects: [Int] = []
    private var places: [Key: Int] = [:]
    /// Features that derive from the light curve: where it is cut, they would tell of what came later.
    private let derived: [String]

    init(derived: [String]) { self.derived = derived }

    /// Adds what a look shows of an object's whole record; the place of the record that it is.
    mutating func add(_ whole: Record, object: Int, _ look: EvaluationLook) -> Int {
        let points = whole.lightCurve.pointsBefore(look.cut)
        var present: ModalitySet = []
        if !whole.lightCurve.points.isEmpty { present.insert(.photometry) }
        if whole.spectrum != nil { present.insert(.spectrum) }
        if whole.metadata != nil { present.insert(.metadata) }
        let key = Key(object: object, points: points, modalities: present.intersection(look.modalities))
        if let place = places[key] { return place }
        var record = whole
        if points < whole.lightCurve.points.count {
            record.lightCurve = LightCurve(points: Array(whole.lightCurve.points.prefix(points)))
            record.alert.mjd = record.lightCurve.points.last?.mjd ?? record.alert.mjd
            for name in derived { record.metadata?[name] = .nan }
        }
        if !look.modalities.contains(.photometry) { record.lightCurve = LightCurve() }
        if !look.modalities.contains(.spectrum) { record.spectrum = nil }
        if !look.modalities.contains(.metadata) { record.metadata = nil }
        places[key] = records.count
        records.append(record)
        objects.append(object)
        return records.count - 1
    }

    /// Gives the spectrum of a record an embedding that has been computed.
    mutating func set(spectrumEmbedding: [Float], of place: Int) {
        records[place].spectrum?.embedding = spectrumEmbedding
    }
}

extension LightCurve {
    /// How many points a cut leaves: up to and with its last detection; all, where the curve does not reach it.
    func pointsBefore(_ cut: EvaluationLook.Cut) -> Int {
        switch cut {
        case .whole: return points.count
        case .detections(let wanted):
            var count = 0
            let last = points.firstIndex { point in
                count += point.kind == .detection ? 1 : 0
                return count == wanted
            }
            return last.map { $0 + 1 } ?? points.count
        case .days(let days):
            guard let first = points.first(where: { $0.kind == .detection }) else { return points.count }
            let end = points.firstIndex { $0.mjd > first.mjd + days } ?? points.count
            guard end < points.count else { return points.count }
            return (points[..<end].lastIndex { $0.kind == .detection } ?? end - 1) + 1
        }
    }
}
