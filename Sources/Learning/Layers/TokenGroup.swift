/// A run of whole sequences among packed tokens that pass through a layer together: few enough that what lies between its
/// maps stays in the second-level cache, enough that packing the weights for each run is little work.
struct TokenGroup {
    /// Tokens from which on a group is large enough.
    private static let enough = 384

    /// The sequences' lengths.
    let lengths: [Int]
    /// The first token, and how many there are.
    let first: Int
    let rows: Int

    /// All sequences, in their order.
    static func groups(_ lengths: [Int]) -> [TokenGroup] {
        var (groups, members, first, rows) = ([TokenGroup](), [Int](), 0, 0)
        for (place, length) in lengths.enumerated() {
            members.append(length)
            rows += length
            guard rows >= enough || place == lengths.count - 1 else { continue }
            groups.append(TokenGroup(lengths: members, first: first, rows: rows))
            (members, first, rows) = ([], first + rows, 0)
        }
        return groups
    }
}
