/// A reader's wishes laid over a writer's types: a tree with a node for every type on the way to a wanted value.
final class PlanNode {
    var fields: [Int: PlanNode] = [:]
    var branches: [Int: PlanNode] = [:]
    var scalars: [ReaderSchema.Field] = []
    var lists: [Int] = []
}

/// Finds a reader's fields in a writer's schema: by name, by alias, by alternative path.
struct PlanResolution {
    private let schema: AvroSchema
    private let reader: ReaderSchema
    /// The tree of the record and, for each list that the writer has, of an item.
    private(set) var roots: [PlanNode]
    /// Whether the writer has each field, by table and slot.
    private(set) var found: [[Bool]]
    /// Whether the writer has each list; the record itself is there.
    private(set) var foundTables: [Bool]
    /// What is not required and has a type that cannot be read.
    private(set) var unreadable: [UnreadableField] = []
    /// Where the fields of a record stand, by name and by alias.
    private var fieldIndices: [AvroSchema.TypeIndex: [String: Int]] = [:]

    private enum Step {
        case field(Int)
        case branch(Int)
    }

    init(writer: AvroSchema, reader: ReaderSchema) throws(AvroError) {
        schema = writer
        self.reader = reader
        roots = reader.tables.map { _ in PlanNode() }
        found = reader.tables.map { [Bool](repeating: false, count: $0.slotCount) }
        foundTables = reader.tables.indices.map { $0 == 0 }
        var items: [AvroSchema.TypeIndex?] = [writer.root]
        for table in reader.tables.indices.dropFirst() { items.append(try placeList(table)) }
        for (table, item) in items.enumerated() {
            for field in reader.tables[table].fields { try place(field, table, item) }
        }
    }

    /// Puts a list at its array.
    /// - Returns: the type of its items, nil where the writer has no such array.
    private mutating func placeList(_ table: Int) throws(AvroError) -> AvroSchema.TypeIndex? {
        let wanted = reader.tables[table]
        var mismatch: AvroError?
        for path in wanted.paths {
            guard var (steps, type) = locate(path, schema.root) else { continue }
            if case .union(let branches) = schema[type],
                let index = branches.firstIndex(where: { if case .array = schema[$0] { true } else { false } })
            {
                steps.append(.branch(index))
                type = branches[index]
            }
            guard case .array(let item) = schema[type] else {
                mismatch = mismatch ?? self.mismatch(path, "an array", type)
                continue
            }
            node(roots[0], steps).lists.append(table)
            foundTables[table] = true
            return item
        }
        try giveUp(mismatch, wanted.isRequired ? missing(wanted.paths) : nil)
        return nil
    }

    private mutating func place(
        _ field: ReaderSchema.Field,
        _ table: Int,
        _ item: AvroSchema.TypeIndex?
    ) throws(AvroError) {
        guard let item else { return }
        var mismatch: AvroError?
        for path in field.paths {
            guard let (steps, type) = locate(path, item) else { continue }
            guard isReadable(type, as: field.kind) else {
                mismatch = mismatch ?? self.mismatch(full(path, table), "\(field.kind.rawValue)", type)
                continue
            }
            node(roots[table], steps).scalars.append(field)
            found[table][field.slot] = true
            return
        }
        try giveUp(mismatch, field.isRequired ? missing(field.paths.map { full($0, table) }) : nil)
    }

    /// Whether values of a type can be read; of a union, those of one branch: the others then read as missing.
    private func isReadable(_ type: AvroSchema.TypeIndex, as kind: ReaderSchema.Kind) -> Bool {
        switch schema[type] {
        case .union(let branches):
            // What is always null has nothing that could not be read.
            branches.allSatisfy { schema[$0] == .null }
                || branches.contains { PlanResolution.code(kind, schema[$0]) != nil }
        case .null: true
        case let shape: PlanResolution.code(kind, shape) != nil
        }
    }

    /// - Parameter missing: what to say of a required field that the writer has not; nil for others.
    private mutating func giveUp(_ mismatch: AvroError?, _ missing: AvroError?) throws(AvroError) {
        if let missing { throw mismatch ?? missing }
        if let mismatch {
            unreadable.append(UnreadableField(path: mismatch.path ?? "", reason: mismatch.message))
        }
    }

    private func full(_ path: String, _ table: Int) -> String {
        guard table > 0, let list = reader.tables[table].paths.first else { return path }
        return path.isEmpty ? list : list + "." + path
    }

    private mutating func locate(_ path: String, _ type: AvroSchema.TypeIndex) -> ([Step], AvroSchema.TypeIndex)? {
        locate(path.split(separator: ".").map(String.init)[...], type)
    }

    private mutating func locate(
        _ names: ArraySlice<String>,
        _ type: AvroSchema.TypeIndex
    ) -> ([Step], AvroSchema.TypeIndex)? {
        guard let name = names.first else { return ([], type) }
        switch schema[type] {
        case .record(_, let fields):
            guard let index = index(of: name, in: type, fields),
                let (steps, leaf) = locate(names.dropFirst(), fields[index].type)
            else { return nil }
            return ([.field(index)] + steps, leaf)
        case .union(let branches):
            for (index, branch) in branches.enumerated() {
                if let (steps, leaf) = locate(names, branch) { return ([.branch(index)] + steps, leaf) }
            }
            return nil
        default: return nil
        }
    }

    private mutating func index(
        of name: String,
        in type: AvroSchema.TypeIndex,
        _ fields: [AvroSchema.Field]
    ) -> Int? {
        if let known = fieldIndices[type] { return known[name] }
        var indices: [String: Int] = [:]
        for (index, field) in fields.enumerated() {
            for alias in field.aliases { indices[alias] = index }
        }
        for (index, field) in fields.enumerated() { indices[field.name] = index }
        fieldIndices[type] = indices
        return indices[name]
    }

    private func node(_ root: PlanNode, _ steps: [Step]) -> PlanNode {
        steps.reduce(root) { node, step in
            switch step {
            case .field(let index):
                let next = node.fields[index] ?? PlanNode()
                node.fields[index] = next
                return next
            case .branch(let index):
                let next = node.branches[index] ?? PlanNode()
                node.branches[index] = next
                return next
            }
        }
    }

    /// How a writer's type is read as a reader's; nil if it is not.
    static func code(_ kind: ReaderSchema.Kind, _ shape: AvroSchema.Shape) -> PlanOperation.Code? {
        switch (kind, shape) {
        case (.boolean, .boolean): .readBoolean
        case (.long, .int): .readInt
        case (.long, .long): .readLong
        case (.double, .int): .readIntAsDouble
        case (.double, .long): .readLongAsDouble
        case (.double, .float): .readFloat
        case (.double, .double): .readDouble
        case (.string, .string), (.string, .bytes), (.bytes, .string), (.bytes, .bytes): .readBytes
        case (.string, .enumeration): .readSymbol
        case (.bytes, .fixed): .readFixed
        default: nil
        }
    }

    private func missing(_ paths: [String]) -> AvroError {
        AvroError(
            .missingField,
            "the writer's schema has no such field",
            path: paths.joined(separator: " or "),
            advice: "the packet is of a schema version that is not read here"
        )
    }

    private func mismatch(_ path: String, _ wanted: String, _ type: AvroSchema.TypeIndex) -> AvroError {
        AvroError(
            .typeMismatch,
            "the writer's type \(schema.typeDescription(type)) cannot be read as \(wanted)",
            path: path
        )
    }
}

extension AvroSchema {
    /// A type in a few words, for errors.
    func typeDescription(_ type: TypeIndex) -> String {
        switch types[type] {
        case .union(let branches):
            "[" + branches.map { types[$0].branchName }.joined(separator: ", ") + "]"
        case let shape: shape.branchName
        }
    }
}
