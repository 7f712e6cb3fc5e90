package import Ground
internal import DataSets
internal import Plots
internal import Sky

/// What frozen embeddings of objects that training has not seen are worth, with the training objects as references.
package struct EmbeddingScores: Sendable {
    package struct Classes: Sendable {
        package var space: EmbeddedObjects.Space
        /// Name of the level of the tree.
        package var level: String
        package var scores: NearestClass
    }

    package struct Search: Sendable {
        package var from: EmbeddedObjects.Space
        package var to: EmbeddedObjects.Space
        /// Whether only spectra of the very object count, none that stands for several objects of a type.
        package var isOwn: Bool
        package var scores: Retrieval
    }

    package private(set) var classes: [Classes] = []
    package private(set) var searches: [Search] = []

    /// - Parameters:
    ///   - levels: that classes are told at.
    ///   - references: empty where there are none; objects that are tested are no references.
    init(_ tested: EmbeddedObjects, _ references: EmbeddedObjects, _ levels: [LabelLevel], _ data: ObjectData) {
        func hasOwnSpectrum(_ row: EmbeddedObjects.Row) -> Bool {
            data.spectra[row.object].first.map { !data.data.spectra[$0].isShared } ?? false
        }
        for space in EmbeddedObjects.Space.allCases {
            for level in levels {
                func members(_ objects: EmbeddedObjects) -> [NearestClass.Member] {
                    objects.rows.compactMap { row in
                        // A spectrum that stands for several objects would find itself among the references.
                        guard space != .spectrum || hasOwnSpectrum(row) else { return nil }
                        guard row.label >= 0, let group = level.places[row.label], let vector = row.vectors[space]
                        else { return nil }
                        return NearestClass.Member(vector: vector, group: group)
                    }
                }
                let scores = NearestClass(
                    references: members(references),
                    tested: members(tested),
                    groups: level.nodes.count,
                    dimension: tested.dimension
                )
                if let scores { classes.append(Classes(space: space, level: level.name, scores: scores)) }
            }
        }
        searches = Self.searches(tested, data, hasOwnSpectrum)
    }

    private static func searches(
        _ tested: EmbeddedObjects,
        _ data: ObjectData,
        _ hasOwnSpectrum: (EmbeddedObjects.Row) -> Bool
    ) -> [Search] {
        var found: [Search] = []
        func add(
            _ rows: [EmbeddedObjects.Row],
            _ spaces: (EmbeddedObjects.Space, EmbeddedObjects.Space),
            isOwn: Bool,
            _ identity: (EmbeddedObjects.Row) -> Int
        ) {
            for (from, to) in [spaces, (spaces.1, spaces.0)] {
                func items(_ space: EmbeddedObjects.Space) -> [Retrieval.Item] {
                    var seen: Set<Int> = []
                    return rows.compactMap { row in
                        guard let vector = row.vectors[space] else { return nil }
                        let identity = identity(row)
                        // A spectrum that objects share is one thing to find.
                        if space == .spectrum, !seen.insert(identity).inserted { return nil }
                        return Retrieval.Item(vector: vector, identity: identity)
                    }
                }
                if let scores = Retrieval(items(from), among: items(to), dimension: tested.dimension) {
                    found.append(Search(from: from, to: to, isOwn: isOwn, scores: scores))
                }
            }
        }
        let pairs = tested.having(.photometry, .spectrum)
        let own = pairs.filter(hasOwnSpectrum)
        // The spectrum that a record shows is the first.
        func spectrum(_ row: EmbeddedObjects.Row) -> Int {
            data.spectra[row.object].first.map(data.identity(ofSpectrum:)) ?? -1 - row.object
        }
        add(own, (.photometry, .spectrum), isOwn: true, spectrum)
        if own.count < pairs.count { add(pairs, (.photometry, .spectrum), isOwn: false, spectrum) }
        add(tested.having(.photometry, .metadata), (.photometry, .metadata), isOwn: true) { $0.object }
        return found
    }

    /// In lines for people.
    package var table: [String] {
        let classes = classes.map { found in
            "  \(found.space.rawValue), \(found.level): \(found.scores.tested) objects, nearest centroid "
                + "\(found.scores.centroid.accuracy.fixed(3)) (balanced \(found.scores.centroid.balancedAccuracy.fixed(3))), "
                + "1-NN \(found.scores.neighbour.accuracy.fixed(3)) "
                + "(balanced \(found.scores.neighbour.balancedAccuracy.fixed(3)))"
        }
        let searches = searches.map { found in
            let recalls = found.scores.recalls.map { "R@\($0.k) \($0.recall.fixed(3)) (chance \($0.chance.fixed(3)))" }
            return "  \(found.from.rawValue) to \(found.to.rawValue)\(found.isOwn ? "" : ", shared spectra too"), "
                + "\(found.scores.queries) among \(found.scores.candidates): \(recalls.joined(separator: ", "))"
        }
        return ["", "embeddings"] + classes + searches
    }

    /// As it stands in `report.json`.
    package var json: JSONValue {
        func share(_ share: NearestClass.Share) -> JSONValue {
            ["accuracy": .number(share.accuracy), "balancedAccuracy": .number(share.balancedAccuracy)]
        }
        return [
            "classes": .array(
                classes.map { found in
                    [
                        "embedding": .string(found.space.rawValue), "level": .string(found.level),
                        "references": .integer(Int64(found.scores.references)),
                        "n": .integer(Int64(found.scores.tested)), "nearestCentroid": share(found.scores.centroid),
                        "nearestNeighbour": share(found.scores.neighbour), "largestClass": share(found.scores.chance),
                    ]
                }
            ),
            "retrieval": .array(
                searches.map { found in
                    [
                        "from": .string(found.from.rawValue), "to": .string(found.to.rawValue),
                        "ownSpectra": .bool(found.isOwn), "queries": .integer(Int64(found.scores.queries)),
                        "candidates": .integer(Int64(found.scores.candidates)),
                        "medianRank": .integer(Int64(found.scores.medianRank)),
                        "recall": .array(
                            found.scores.recalls.map {
                                [
                                    "k": .integer(Int64($0.k)), "recall": .number($0.recall),
                                    "chance": .number($0.chance),
                                ]
                            }
                        ),
                    ]
                }
            ),
        ]
    }
}
