internal import Synchronization

extension WorkCrew {
    /// What `transform` makes of each place, in their order. Neighbours go to one thread together, in pieces of about
    /// equal size, several a thread.
    ///
    /// - Parameters:
    ///   - sizes: how much work each place is; their number is the number of places.
    ///   - transform: called once for each place, or for none after an error in its piece.
    /// - Throws: the error of the first place that gave one.
    public func map<Answer: Sendable>(
        sizes: [Int],
        _ transform: @escaping @Sendable (_ place: Int, _ thread: Int) throws -> Answer
    ) throws -> [Answer] {
        let pieces = Self.pieces(sizes: sizes, count: 4 * size)
        let results = Mutex<[Int: Result<[Answer], any Error>]>([:])
        run(pieces: pieces.count) { piece, thread in
            let result = Result { try pieces[piece].map { try transform($0, thread) } }
            results.withLock { $0[piece] = result }
        }
        let done = results.withLock { $0 }
        var answers: [Answer] = []
        answers.reserveCapacity(sizes.count)
        for piece in pieces.indices { answers += try done[piece]?.get() ?? [] }
        return answers
    }

    /// Cuts the places into at most `count` runs of neighbours of about equal size, none of them empty.
    public static func pieces(sizes: [Int], count: Int) -> [Range<Int>] {
        let total = sizes.reduce(0) { $0 + max(1, $1) }
        let goal = max(1, (total + count - 1) / max(1, count))
        var pieces: [Range<Int>] = []
        var (start, filled) = (0, 0)
        for (place, size) in sizes.enumerated() {
            filled += max(1, size)
            if filled >= goal {
                pieces.append(start..<(place + 1))
                (start, filled) = (place + 1, 0)
            }
        }
        if start < sizes.count { pieces.append(start..<sizes.count) }
        return pieces
    }
}
