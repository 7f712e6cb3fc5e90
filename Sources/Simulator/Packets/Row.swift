internal import Avro

/// The values of a flat record, set by name and written in the order and with the types of a writer's schema.
///
/// A name is looked up once; after that its slot is found by the address of the literal. What is not set is null, or
/// zero where the schema has no null. A name that the schema lacks is passed over: versions differ.
struct Row {
    enum Value {
        case null
        case flag(Bool)
        case integer(Int64)
        case number(Double)
        case text(String)
    }

    private enum Primitive { case boolean, integer, float, double, string, nothing }

    private struct Slot {
        var primitive: Primitive
        /// Branch of null and of the value, where the field is a union.
        var nullBranch: Int?
        var valueBranch: Int?
    }

    private let slots: [Slot]
    private let names: [String: Int]
    private var values: [Value]
    private var addresses: [UInt] = Array(repeating: 0, count: 1024)
    private var places: [Int32] = Array(repeating: -1, count: 1024)

    /// A row of the record (or nullable record, or record in a nullable array) of a shape.
    init(_ shape: DatumShape, in shapes: DatumShapes) throws(SimulationError) {
        guard let fields = shapes.fields(shape) else { throw SimulationError("a record is expected in the schema") }
        var slots: [Slot] = []
        var names: [String: Int] = [:]
        for (index, field) in fields.enumerated() {
            names[field.name] = index
            slots.append(Self.slot(shapes.resolved(field.shape)))
        }
        self.slots = slots
        self.names = names
        values = Array(repeating: .null, count: slots.count)
    }

    private static func slot(_ shape: DatumShape) -> Slot {
        if case .union(let branches) = shape {
            let null = branches.firstIndex { if case .null = $0 { true } else { false } }
            let value = branches.firstIndex { if case .null = $0 { false } else { true } }
            let primitive = value.map { Self.primitive(branches[$0]) } ?? .nothing
            return Slot(primitive: primitive, nullBranch: null, valueBranch: value)
        }
        return Slot(primitive: primitive(shape), nullBranch: nil, valueBranch: nil)
    }

    private static func primitive(_ shape: DatumShape) -> Primitive {
        switch shape {
        case .boolean: .boolean
        case .int, .long: .integer
        case .float: .float
        case .double: .double
        case .string: .string
        default: .nothing
        }
    }

    /// Makes all values null.
    mutating func clear() {
        for index in values.indices { values[index] = .null }
    }

    /// Sets a value.
    subscript(name: StaticString) -> Value {
        get {
            let place = place(of: name)
            return place >= 0 ? values[place] : .null
        }
        set {
            let address = UInt(bitPattern: name.utf8Start)
            var bucket = Int((address &* 0x9E37_79B9_7F4A_7C15) >> 54)
            while addresses[bucket] != 0, addresses[bucket] != address { bucket = (bucket + 1) & 1023 }
            if addresses[bucket] == 0 {
                addresses[bucket] = address
                places[bucket] = Int32(names[name.description] ?? -1)
            }
            let place = Int(places[bucket])
            if place >= 0 { values[place] = newValue }
        }
    }

    /// Sets a value under a name made at run time (`g_psfFluxMean`).
    mutating func set(_ name: String, _ value: Value) {
        if let place = names[name] { values[place] = value }
    }

    private func place(of name: StaticString) -> Int { names[name.description] ?? -1 }

    /// Appends the record.
    func encode(into encoder: inout AvroEncoder) {
        for index in slots.indices {
            let slot = slots[index]
            let value = values[index]
            if case .null = value, let null = slot.nullBranch {
                encoder.union(null)
                continue
            }
            if let branch = slot.valueBranch { encoder.union(branch) }
            switch (slot.primitive, value) {
            case (.boolean, .flag(let flag)): encoder.boolean(flag)
            case (.boolean, _): encoder.boolean(false)
            case (.integer, .integer(let integer)): encoder.long(integer)
            case (.integer, _): encoder.long(0)
            case (.float, .number(let number)): encoder.float(Float(number))
            case (.float, .integer(let integer)): encoder.float(Float(integer))
            case (.float, _): encoder.float(0)
            case (.double, .number(let number)): encoder.double(number)
            case (.double, .integer(let integer)): encoder.double(Double(integer))
            case (.double, _): encoder.double(0)
            case (.string, .text(let text)): encoder.string(text)
            case (.string, _): encoder.string("")
            case (.nothing, _): break
            }
        }
    }
}

extension Row.Value: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByStringLiteral
{
    init(floatLiteral value: Double) { self = .number(value) }
    init(integerLiteral value: Int64) { self = .integer(value) }
    init(booleanLiteral value: Bool) { self = .flag(value) }
    init(stringLiteral value: String) { self = .text(value) }
}
