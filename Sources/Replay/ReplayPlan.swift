internal import Avro
internal import Simulator

/// A writer's schema compiled for replay: which bytes are copied and which are changed.
///
/// The steps stand in one flat array of plain memory: a packet has thousands of fields, and a tree would be counted
/// up and down at each of them.
struct ReplayPlan: Sendable {
    enum Code: Sendable {
        /// `count` bytes.
        case bytes
        /// An integer of any length.
        case integer
        /// A length and as many bytes.
        case counted
        /// A value that is changed, by its width.
        case varint, float, double, text
        /// `count` steps, whose places stand from `first` on in `children`.
        case record, union
        /// Blocks of items, whose step is `first`.
        case array, map
        /// A type inside itself: `first` is its place in `recursive`.
        case again
    }

    /// Ids that make the object's identity.
    enum Capture: Sendable { case none, object, solarSystem, source }

    struct Step: Sendable {
        var code: Code
        var first = 0
        var count = 0
        var rule = ReplayRule.id
        var capture = Capture.none
    }

    private(set) var steps: [Step] = []
    private(set) var children: [Int] = []
    /// Steps of the named types that stand inside themselves.
    private(set) var recursive: [Int: Int] = [:]
    private(set) var root = 0

    init(_ schema: AvroSchema) throws(SimulationError) {
        let shapes = try DatumShapes(schema)
        var open: Set<Int> = []
        root = compile(shapes.root, shapes, Place(), &open)
        // What stands inside itself is compiled once more, as a type of its own.
        while let missing = recursive.first(where: { $0.value < 0 })?.key {
            recursive[missing] = steps.count
            open = [missing]
            let step = compile(shapes.named[missing], shapes, Place(depth: 1), &open)
            recursive[missing] = step
        }
    }

    /// Where in the packet a step stands.
    private struct Place {
        var field = ""
        var depth = 0
        /// Inside the detection that made the alert (LSST, ELAsTiCC).
        var isAlertSource = false
    }

    private mutating func compile(
        _ shape: DatumShape,
        _ shapes: DatumShapes,
        _ place: Place,
        _ open: inout Set<Int>
    ) -> Int {
        if let rule = ReplayRule.rule(place.field, shape) {
            return add(Step(code: code(shape), rule: rule, capture: capture(place)))
        }
        switch shape {
        case .null: return add(Step(code: .bytes, count: 0))
        case .boolean: return add(Step(code: .bytes, count: 1))
        case .float: return add(Step(code: .bytes, count: 4))
        case .double: return add(Step(code: .bytes, count: 8))
        case .fixed(let size): return add(Step(code: .bytes, count: size))
        case .int, .long, .enumeration: return add(Step(code: .integer))
        case .bytes, .string: return add(Step(code: .counted))
        case .array(let item):
            return add(Step(code: .array, first: compile(item, shapes, Place(depth: place.depth), &open)))
        case .map(let value):
            return add(Step(code: .map, first: compile(value, shapes, Place(depth: place.depth), &open)))
        case .union(let branches):
            return add(.union, branches.map { compile($0, shapes, place, &open) })
        case .record(let record):
            return add(.record, fused(record.fields.map { compile($0.shape, shapes, inside(place, $0.name), &open) }))
        case .named(let index):
            guard open.insert(index).inserted else {
                recursive[index] = recursive[index] ?? -1
                return add(Step(code: .again, first: index))
            }
            defer { open.remove(index) }
            return compile(shapes.named[index], shapes, place, &open)
        }
    }

    private func inside(_ place: Place, _ field: String) -> Place {
        let isSource = place.depth == 0 ? field == "diaSource" : place.isAlertSource
        return Place(field: field, depth: place.depth + 1, isAlertSource: isSource)
    }

    private mutating func add(_ step: Step) -> Int {
        steps.append(step)
        return steps.count - 1
    }

    private mutating func add(_ code: Code, _ inner: [Int]) -> Int {
        children += inner
        return add(Step(code: code, first: children.count - inner.count, count: inner.count))
    }

    /// Neighbouring fields of fixed size as one step.
    private mutating func fused(_ inner: [Int]) -> [Int] {
        var fused: [Int] = []
        for step in inner {
            if steps[step].code == .bytes, let last = fused.last, steps[last].code == .bytes {
                steps[last].count += steps[step].count
            } else {
                fused.append(step)
            }
        }
        return fused
    }

    private func code(_ shape: DatumShape) -> Code {
        switch shape {
        case .float: .float
        case .double: .double
        case .string: .text
        default: .varint
        }
    }

    private func capture(_ place: Place) -> Capture {
        guard place.isAlertSource else { return .none }
        switch place.field {
        case "diaObjectId": return .object
        case "ssObjectId": return .solarSystem
        case "diaSourceId": return .source
        default: return .none
        }
    }
}
