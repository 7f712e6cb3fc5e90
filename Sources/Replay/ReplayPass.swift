internal import Avro
internal import Simulator

/// One walk over one datum: takes note of its ids, or writes it anew for another sky.
struct ReplayPass {
    /// The name of the object, where it has one, and the ids that name it otherwise.
    private var objectName: String?
    private var objectId: Int64 = 0
    private var solarSystemId: Int64 = 0
    private var sourceId: Int64 = 0

    private let plan: ReplayPlan
    private let datum: UnsafeRawBufferPointer
    /// The sky to write; nil while ids are only noted.
    private let sky: AnotherSky?
    private var identities: ReplayIdentities
    private var place = 0
    private var copied = 0
    private var output: AvroEncoder
    private static let deepest = 64

    private init(
        _ plan: ReplayPlan,
        _ datum: UnsafeRawBufferPointer,
        _ sky: AnotherSky?,
        _ identities: consuming ReplayIdentities
    ) {
        self.plan = plan
        self.datum = datum
        self.sky = sky
        self.identities = identities
        output = AvroEncoder(capacity: sky == nil ? 0 : min(datum.count, 1 << 18))
    }

    /// Takes note of the ids of the datum at the start of `datum`.
    /// - Returns: the number of bytes that the datum took.
    static func note(
        _ datum: UnsafeRawBufferPointer,
        _ plan: ReplayPlan,
        in identities: inout ReplayIdentities
    ) throws(SimulationError) -> Int {
        var pass = ReplayPass(plan, datum, nil, ReplayIdentities())
        // Moved, not copied: the tables of a large set of files are large.
        swap(&pass.identities, &identities)
        defer { swap(&pass.identities, &identities) }
        try pass.walk(plan.root, depth: 0)
        return pass.place
    }

    /// Writes the datum at the start of `datum` for another sky.
    static func write(
        _ datum: UnsafeRawBufferPointer,
        _ plan: ReplayPlan,
        _ sky: AnotherSky,
        _ identities: ReplayIdentities
    ) throws(SimulationError) -> (used: Int, datum: [UInt8], object: String) {
        var pass = ReplayPass(plan, datum, sky, identities)
        try pass.walk(plan.root, depth: 0)
        pass.copyUpToHere()
        return (pass.place, pass.output.bytes, pass.identity)
    }

    /// The identity by the rules that brokers follow (Survey).
    private var identity: String {
        if let objectName { return objectName }
        if objectId != 0 { return String(objectId) }
        return solarSystemId != 0 ? "sso:\(solarSystemId)" : "source:\(sourceId)"
    }

    // MARK: - Walking

    private mutating func walk(_ index: Int, depth: Int) throws(SimulationError) {
        guard depth < Self.deepest else { throw SimulationError("values nested more than \(Self.deepest) deep") }
        let step = plan.steps[index]
        switch step.code {
        case .bytes: try advance(step.count)
        case .integer: _ = try integer()
        case .counted: try advance(try count(integer()))
        case .varint, .float, .double, .text: try change(step)
        case .record:
            for child in step.first..<step.first + step.count {
                try walk(plan.children[child], depth: depth + 1)
            }
        case .union:
            let branch = Int(clamping: try integer())
            guard branch >= 0, branch < step.count else {
                throw SimulationError("branch \(branch) of a union of \(step.count), at byte \(place)")
            }
            try walk(plan.children[step.first + branch], depth: depth + 1)
        case .array, .map: try blocks(step, depth: depth)
        case .again: try walk(plan.recursive[step.first] ?? plan.root, depth: depth + 1)
        }
    }

    /// The blocks of an array or map. A block that gives its own size in bytes is written without it: ids may change
    /// their length.
    private mutating func blocks(_ step: ReplayPlan.Step, depth: Int) throws(SimulationError) {
        while true {
            let start = place
            var items = try integer()
            if items == 0 { return }
            if items < 0 {
                guard items != .min else { throw SimulationError("a block of impossible size, at byte \(start)") }
                items = -items
                _ = try integer()
                if let sky, sky.round > 0 { replace(from: start) { $0.long(items) } }
            }
            let first = place
            for index in 0..<items {
                if step.code == .map { try advance(try count(integer())) }
                try walk(step.first, depth: depth + 1)
                guard place > first || index < 65_536 else {
                    throw SimulationError("\(items) items that take no bytes, at byte \(start)")
                }
            }
        }
    }

    // MARK: - Changing

    private mutating func change(_ step: ReplayPlan.Step) throws(SimulationError) {
        let start = place
        switch step.code {
        case .text:
            let length = try count(integer())
            try advance(length)
            let name = String(decoding: datum[(place - length)..<place], as: UTF8.self)
            changeName(name, from: start)
        case .float:
            try advance(4)
            guard let sky, sky.round > 0 else { return }
            let value = Float(
                bitPattern: UInt32(littleEndian: datum.loadUnaligned(fromByteOffset: start, as: UInt32.self))
            )
            let changed = Float(sky.rotated(Double(value)))
            replace(from: start) { $0.float(changed) }
        case .double:
            try advance(8)
            guard let sky, sky.round > 0 else { return }
            let bits = UInt64(littleEndian: datum.loadUnaligned(fromByteOffset: start, as: UInt64.self))
            let value = Double(bitPattern: bits)
            let changed = if case .rightAscension = step.rule { sky.rotated(value) } else { sky.later(value) }
            replace(from: start) { $0.double(changed) }
        default:
            let value = try integer()
            let changed = changedInteger(value, step.rule)
            take(changed, step.capture)
            if changed != value { replace(from: start) { $0.long(changed) } }
        }
    }

    private mutating func changeName(_ name: String, from start: Int) {
        guard let sky else { return identities.note(name) }
        let changed = identities.name(name, round: sky.round)
        objectName = changed
        if changed != name { replace(from: start) { $0.string(changed) } }
    }

    private mutating func changedInteger(_ value: Int64, _ rule: ReplayRule) -> Int64 {
        guard let sky else {
            if case .id = rule { identities.note(value) }
            return value
        }
        guard sky.round > 0 else { return value }
        switch rule {
        case .id: return identities.id(value, round: sky.round)
        case .night: return sky.later(night: value)
        case .processing: return sky.later(processing: value)
        case .timestamp: return sky.later(value, unitsPerDay: 86_400_000_000)
        default: return value
        }
    }

    private mutating func take(_ id: Int64, _ capture: ReplayPlan.Capture) {
        switch capture {
        case .object: objectId = id
        case .solarSystem: solarSystemId = id
        case .source: sourceId = id
        default: break
        }
    }

    // MARK: - Bytes

    private mutating func copyUpToHere() {
        output.raw(UnsafeRawBufferPointer(rebasing: datum[copied..<place]))
        copied = place
    }

    /// Writes something else in place of the bytes from `start` to here.
    private mutating func replace(from start: Int, _ write: (inout AvroEncoder) -> Void) {
        output.raw(UnsafeRawBufferPointer(rebasing: datum[copied..<start]))
        write(&output)
        copied = place
    }

    private mutating func advance(_ count: Int) throws(SimulationError) {
        guard count <= datum.count - place else {
            throw SimulationError("the record ends early: \(count) bytes are wanted at byte \(place) of \(datum.count)")
        }
        place += count
    }

    private func count(_ length: Int64) throws(SimulationError) -> Int {
        guard length >= 0, length <= Int64(datum.count) else {
            throw SimulationError("a length of \(length), at byte \(place)")
        }
        return Int(length)
    }

    private mutating func integer() throws(SimulationError) -> Int64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while place < datum.count, shift < 64 {
            let byte = datum[place]
            place += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1) }
            shift += 7
        }
        throw SimulationError("the record ends inside a number, at byte \(place) of \(datum.count)")
    }
}
