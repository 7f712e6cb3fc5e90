internal import Avro

/// A writer's schema compiled for replay: which bytes are copied and which are changed.
struct ReplayPlan: Sendable {
    indirect enum Step: Sendable {
        /// A fixed number of bytes.
        case bytes(Int)
        /// An integer of any length.
        case integer
        /// A length and as many bytes.
        case counted
        case change(ReplayRule, Width, Capture)
        case record([Step])
        case union([Step])
        case array(Step)
        case map(Step)
        /// A type inside itself.
        case named(Int)
    }

    enum Width: Sendable { case float, double, varint, text }

    /// Ids that make the object's identity.
    enum Capture: Sendable { case none, name, object, solarSystem, source }

    let root: Step
    let named: [Step]

    init(_ schema: AvroSchema) throws(SimulationError) {
        let shapes = try DatumShapes(schema)
        var compiler = Compiler(shapes: shapes)
        root = compiler.step(shapes.root, field: "", isAlertSource: false, depth: 0)
        named = compiler.finish()
    }

    private struct Compiler {
        let shapes: DatumShapes
        /// Named types that stand inside themselves are compiled once and referred to.
        var open: [Int] = []
        var recursive: Set<Int> = []

        mutating func step(_ shape: DatumShape, field: String, isAlertSource: Bool, depth: Int) -> Step {
            if let rule = ReplayRule.rule(field, shape) {
                return .change(rule, width(shape), capture(field, isAlertSource, depth))
            }
            switch shape {
            case .null: return .bytes(0)
            case .boolean: return .bytes(1)
            case .float: return .bytes(4)
            case .double: return .bytes(8)
            case .fixed(let size): return .bytes(size)
            case .int, .long, .enumeration: return .integer
            case .bytes, .string: return .counted
            case .array(let item):
                return .array(step(item, field: "", isAlertSource: false, depth: depth))
            case .map(let value):
                return .map(step(value, field: "", isAlertSource: false, depth: depth))
            case .union(let branches):
                return .union(branches.map { step($0, field: field, isAlertSource: isAlertSource, depth: depth) })
            case .record(let record):
                return fused(
                    record.fields.map { inner in
                        let isSource = depth == 0 ? inner.name == "diaSource" : isAlertSource
                        return step(inner.shape, field: inner.name, isAlertSource: isSource, depth: depth + 1)
                    }
                )
            case .named(let index):
                if open.contains(index) {
                    recursive.insert(index)
                    return .named(index)
                }
                open.append(index)
                defer { open.removeLast() }
                return step(shapes.named[index], field: field, isAlertSource: isAlertSource, depth: depth)
            }
        }

        /// Neighbouring bytes as one step.
        private func fused(_ steps: [Step]) -> Step {
            var fused: [Step] = []
            for step in steps {
                if case .bytes(let more) = step, case .bytes(let before)? = fused.last {
                    fused[fused.count - 1] = .bytes(before + more)
                } else {
                    fused.append(step)
                }
            }
            return .record(fused)
        }

        private func width(_ shape: DatumShape) -> Width {
            switch shape {
            case .float: .float
            case .double: .double
            case .string: .text
            default: .varint
            }
        }

        private func capture(_ field: String, _ isAlertSource: Bool, _ depth: Int) -> Capture {
            if field == "objectId" { return .name }
            guard isAlertSource else { return .none }
            switch field {
            case "diaObjectId": return .object
            case "ssObjectId": return .solarSystem
            case "diaSourceId": return .source
            default: return .none
            }
        }

        mutating func finish() -> [Step] {
            var steps: [Step] = []
            for index in shapes.named.indices {
                guard recursive.contains(index) else {
                    steps.append(.bytes(0))
                    continue
                }
                open = [index]
                steps.append(step(shapes.named[index], field: "", isAlertSource: false, depth: 1))
            }
            return steps
        }
    }
}
