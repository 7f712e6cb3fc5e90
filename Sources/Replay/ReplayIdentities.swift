internal import Simulator

/// New ids for every round: none occurs twice, none is one of the files', all take as many bytes as the old ones.
///
/// All ids of the files are known before the first round: the new ones are counted up from where the old ones end.
struct ReplayIdentities: Sendable {
    /// Ids whose varints have the same length.
    private struct LengthClass {
        var count: Int64 = 0
        var lowest: Int64 = .max
        var highest: Int64 = .min
        var base: Int64 = 0
    }

    private var places: [Int64: Int64] = [:]
    private var classes: [Int: LengthClass] = [:]
    private var names: [String: UInt64] = [:]
    private var highestName: UInt64 = 0

    /// Shorter varints leave too few numbers; such ids become longer.
    private static let shortest = 6

    /// Whether a number is an id: 0, -1, -999 and the like mean "none" and are never changed. (The candids of ZTF's
    /// first nights are negative, and large.)
    static func isId(_ id: Int64) -> Bool { id > 0 || id < -1_000_000 }

    /// Takes note of an id of the files.
    mutating func note(_ id: Int64) {
        guard Self.isId(id), places[id] == nil else { return }
        let key = Self.lengthClass(id)
        var found = classes[key] ?? LengthClass()
        places[id] = found.count
        found.count += 1
        if id > 0, Self.varintLength(id) == key {
            found.lowest = min(found.lowest, id)
            found.highest = max(found.highest, id)
        }
        classes[key] = found
    }

    /// Takes note of an object's name in the files.
    mutating func note(_ name: String) {
        guard names[name] == nil else { return }
        names[name] = UInt64(names.count)
        if let letters = Self.letters(name) { highestName = max(highestName, letters.index) }
    }

    /// Finds room for `rounds` rounds of new ids.
    /// - Throws: `SimulationError` if there is none.
    mutating func makeRoom(rounds: Int) throws(SimulationError) {
        for (key, found) in classes {
            let range = Self.range(key)
            let (needed, overflow) = found.count.multipliedReportingOverflow(by: Int64(rounds))
            if !overflow, found.highest < range.lowerBound, range.upperBound - range.lowerBound > needed {
                classes[key]?.base = range.lowerBound
            } else if !overflow, found.highest >= range.lowerBound, range.upperBound - found.highest > needed {
                classes[key]?.base = found.highest + 1
            } else if !overflow, found.lowest > range.lowerBound, found.lowest - range.lowerBound > needed {
                classes[key]?.base = range.lowerBound
            } else {
                throw SimulationError("\(rounds) rounds of \(found.count) ids of \(key) bytes: repeat less often")
            }
        }
        let room = SurveyNames.namesPerYear - min(SurveyNames.namesPerYear, highestName + 1)
        guard names.isEmpty || UInt64(rounds) < room / UInt64(names.count) else {
            throw SimulationError("\(rounds) rounds of \(names.count) object names: repeat less often")
        }
    }

    /// The id that stands for an id of the files in a round.
    func id(_ id: Int64, round: Int) -> Int64 {
        guard round > 0, let place = places[id], let found = classes[Self.lengthClass(id)] else { return id }
        return found.base + Int64(round - 1) * found.count + place
    }

    /// The name that stands for an object's name of the files in a round.
    func name(_ name: String, round: Int) -> String {
        guard round > 0, let place = names[name] else { return name }
        guard let letters = Self.letters(name) else { return "\(name)-\(round)" }
        let index = highestName + 1 + UInt64(round - 1) * UInt64(names.count) + place
        return SurveyNames.ztfName(year: letters.year, letters: index)
    }

    /// Year and position of a name of ZTF; nil for other names.
    private static func letters(_ name: String) -> (year: Int, index: UInt64)? {
        let bytes = Array(name.utf8)
        guard bytes.count == 12, name.hasPrefix("ZTF") else { return nil }
        guard let year = Int(name.dropFirst(3).prefix(2)), year >= 0 else { return nil }
        var index: UInt64 = 0
        for byte in bytes[5...] {
            guard byte >= UInt8(ascii: "a"), byte <= UInt8(ascii: "z") else { return nil }
            index = index * 26 + UInt64(byte - UInt8(ascii: "a"))
        }
        return (year, index)
    }

    private static func lengthClass(_ id: Int64) -> Int { max(shortest, varintLength(id)) }

    /// Bytes of the zigzag varint of a number.
    static func varintLength(_ id: Int64) -> Int {
        let bits = 64 - UInt64(bitPattern: id << 1 ^ id >> 63).leadingZeroBitCount
        return max(1, (bits + 6) / 7)
    }

    /// Positive numbers whose varints have a length.
    private static func range(_ length: Int) -> ClosedRange<Int64> {
        length == 10 ? (1 << 62)...Int64.max : (1 << (7 * length - 8))...((1 << (7 * length - 1)) - 1)
    }
}
