/// The field that each operation of a plan reads, for errors: names that hang on the names above them, so that a plan
/// keeps no text twice.
struct PlanPaths: Sendable {
    private var names: [String] = []
    private var parents: [Int32] = []
    private var positions: [Int32] = []
    /// Of operations that read several fields, the fields behind the first.
    private var others: [Int: [Int32]] = [:]
    /// The name that stands at the end of the path now; negative at the root.
    private(set) var current: Int32 = -1

    /// Goes down to a field.
    mutating func enter(_ name: String) {
        names.append(name)
        parents.append(current)
        current = Int32(names.count - 1)
    }

    /// Goes up again.
    mutating func leave() {
        guard current >= 0 else { return }
        current = parents[Int(current)]
    }

    /// Goes to where `current` was.
    mutating func move(to position: Int32) {
        current = position
    }

    /// Notes that the next operation reads the field at the end of the path.
    mutating func note() {
        positions.append(current)
    }

    /// Notes that an operation reads the field at the end of the path too.
    mutating func noteMore(ofOperation operation: Int) {
        others[operation, default: []].append(current)
    }

    /// The dotted path now.
    var text: String { text(at: current) }

    /// The dotted path of an operation, of several fields that it reads that of one; of several that it skips, of the
    /// first.
    subscript(operation: Int, field: Int) -> String {
        guard field > 0, let others = others[operation], field <= others.count else {
            return text(at: positions[operation])
        }
        return text(at: others[field - 1])
    }

    private func text(at position: Int32) -> String {
        var parts: [String] = []
        var position = position
        while position >= 0 {
            parts.append(names[Int(position)])
            position = parents[Int(position)]
        }
        return parts.reversed().joined(separator: ".")
    }
}
