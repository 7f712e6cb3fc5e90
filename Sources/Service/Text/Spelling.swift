/// Finds what someone may have meant by a name that does not exist.
package enum Spelling {
    /// The candidate nearest to `word` by edits (insert, delete, replace, swap of neighbours), case ignored; nil where
    /// none is near enough to be a likely slip: at most two edits, or a third of the word's length.
    package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let lowered = Array(word.lowercased().prefix(100))
        let limit = max(1, min(2, lowered.count / 2), lowered.count / 3)
        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            let distance = edits(lowered, Array(candidate.lowercased()))
            if distance <= limit, distance < best?.distance ?? Int.max { best = (candidate, distance) }
        }
        return best?.candidate
    }

    /// Number of edits between two words (optimal string alignment distance).
    static func edits(_ left: [Character], _ right: [Character]) -> Int {
        var beforePrevious = [Int](repeating: 0, count: right.count + 1)
        var previous = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let replaced = previous[column] + (left[row] == right[column] ? 0 : 1)
                var fewest = min(replaced, previous[column + 1] + 1, current[column] + 1)
                let swapped =
                    row > 0 && column > 0 && left[row] == right[column - 1] && left[row - 1] == right[column]
                if swapped { fewest = min(fewest, beforePrevious[column - 1] + 1) }
                current.append(fewest)
            }
            beforePrevious = previous
            previous = current
        }
        return previous[right.count]
    }
}
