/// Turns a writer's schema with a reader's wishes laid over it into operations.
struct PlanCompiler {
    private let schema: AvroSchema
    private let roots: [PlanNode]
    private let limits: AvroLimits

    private(set) var operations: [PlanOperation] = []
    /// The field that each operation reads, for errors.
    private(set) var paths = PlanPaths()
    /// Where the branches of general unions go on.
    private(set) var targets: [Int32] = []
    /// The bits that flags set, run by run.
    private(set) var masks: [UInt64] = []
    /// Symbols of enums.
    private(set) var constants: [String] = []

    /// Operations before this one are not extended: something jumps here.
    private var barrier = 0
    /// Where the symbols of an enum start.
    private var symbols: [AvroSchema.TypeIndex: Int] = [:]
    /// Bodies of types that hold themselves or are skipped more than once, compiled once: where they are, or where
    /// they are called.
    private var routines: [AvroSchema.TypeIndex: Int32] = [:]
    private var openCalls: [(operation: Int, type: AvroSchema.TypeIndex, path: Int32)] = []

    /// A type of no more operations is skipped in place, wherever it stands.
    private static let lightest = 16

    init(schema: AvroSchema, roots: [PlanNode], limits: AvroLimits) throws(AvroError) {
        self.schema = schema
        self.roots = roots
        self.limits = limits
        try readRoot()
        emit(.end)
        while let call = openCalls.popLast() {
            if routines[call.type] == nil {
                paths.move(to: call.path)
                startHere()
                routines[call.type] = Int32(operations.count)
                try skipFields(of: call.type)
                emit(.end)
            }
            operations[call.operation].a = routines[call.type] ?? 0
        }
        try checkLength()
    }

    /// The record, which a union at the root may hold beside null.
    private mutating func readRoot() throws(AvroError) {
        guard case .union(let branches) = schema[schema.root], let record = schema.record else {
            return try read(schema.root, roots[0])
        }
        let node = roots[0]
        try general(branches) { (compiler, index) throws(AvroError) in
            guard branches[index] == record else { return compiler.emit(.refuse) }
            try compiler.read(record, node.branches[index])
        }
    }

    // MARK: Wanted values

    private mutating func read(_ type: AvroSchema.TypeIndex, _ node: PlanNode?) throws(AvroError) {
        guard let node else { return try skip(type) }
        let single = node.scalars.count + node.lists.count
        guard single == 0 || (node.fields.isEmpty && node.branches.isEmpty) else {
            throw AvroError(.typeMismatch, "both a value and its parts are wanted", path: paths.text)
        }
        if single > 1 { emit(.mark) }
        for (index, field) in node.scalars.enumerated() {
            if index > 0 { emit(.rewind) }
            try readScalar(type, field)
        }
        for (index, table) in node.lists.enumerated() {
            if index + node.scalars.count > 0 { emit(.rewind) }
            try readList(type, table)
        }
        if single == 0 { try readParts(type, node) }
    }

    private mutating func readParts(_ type: AvroSchema.TypeIndex, _ node: PlanNode) throws(AvroError) {
        switch schema[type] {
        case .record(_, let fields):
            for (index, field) in fields.enumerated() {
                paths.enter(field.name)
                try read(field.type, node.fields[index])
                paths.leave()
                try checkLength()
            }
        case .union(let branches):
            try union(branches) { (compiler, index) throws(AvroError) in
                try compiler.read(branches[index], node.branches[index])
            }
        default: try skip(type)
        }
    }

    private mutating func readScalar(_ type: AvroSchema.TypeIndex, _ field: ReaderSchema.Field) throws(AvroError) {
        guard case .union(let branches) = schema[type] else { return try readBranch(type, field) }
        if let bit = field.bit, let (tag, branch) = nullable(branches), schema[branch] == .boolean {
            return emitFlag(.readNullableFlags, tag: tag, slot: field.slot, mask: 1 << UInt64(bit))
        }
        if field.bit == nil, let (tag, branch) = nullable(branches),
            let code = PlanResolution.code(field.kind, schema[branch]),
            let fused = PlanCompiler.nullableCodes[code]
        {
            return emitRead(fused, tag: tag, slot: field.slot)
        }
        try union(branches) { (compiler, index) throws(AvroError) in
            try compiler.readBranch(branches[index], field)
        }
    }

    private static let nullableCodes: [PlanOperation.Code: PlanOperation.Code] = [
        .readInt: .readNullableInt, .readLong: .readNullableLong, .readFloat: .readNullableFloat,
        .readDouble: .readNullableDouble, .readBytes: .readNullableBytes,
    ]

    private mutating func readBranch(_ type: AvroSchema.TypeIndex, _ field: ReaderSchema.Field) throws(AvroError) {
        guard let code = PlanResolution.code(field.kind, schema[type]) else { return try skip(type) }
        if let bit = field.bit { return emitFlag(.readFlags, slot: field.slot, mask: 1 << UInt64(bit)) }
        switch schema[type] {
        case .fixed(_, let size): emit(code, slot: field.slot, a: size)
        case .enumeration(_, let symbols, _):
            emit(code, slot: field.slot, a: start(of: symbols, type), b: symbols.count)
        default: emit(code, slot: field.slot)
        }
    }

    private mutating func start(of symbols: [String], _ type: AvroSchema.TypeIndex) -> Int {
        if let known = self.symbols[type] { return known }
        let start = constants.count
        self.symbols[type] = start
        constants += symbols
        return start
    }

    private mutating func readList(_ type: AvroSchema.TypeIndex, _ table: Int) throws(AvroError) {
        guard case .array(let item) = schema[type] else { return try skip(type) }
        let list = operations.count
        emit(.readList, tag: schema.properties[item].mayBeEmpty ? 1 : 0, slot: table)
        try body(of: list) { (compiler) throws(AvroError) in try compiler.read(item, compiler.roots[table]) }
    }

    // MARK: Unwanted values

    private mutating func skip(_ type: AvroSchema.TypeIndex) throws(AvroError) {
        if let size = schema.properties[type].fixedSize {
            if size > 0 { emitFused(.skipFixed, a: size) }
            return
        }
        switch schema[type] {
        case .int, .long, .enumeration: emitFused(.skipIntegers, a: 1)
        case .bytes, .string: emitFused(.skipBytes, a: 1)
        case .array(let item): try skipItems(.skipArray, item)
        case .map(let item): try skipItems(.skipMap, item)
        case .union(let branches): try skipUnion(branches)
        case .record: try skipRecord(type)
        default: break
        }
    }

    private mutating func skipUnion(_ branches: [AvroSchema.TypeIndex]) throws(AvroError) {
        if let (tag, branch) = nullable(branches) {
            if let size = schema.properties[branch].fixedSize {
                return emitFused(.skipNullableFixed, tag: tag, a: size, b: 1)
            }
            switch schema[branch] {
            case .int, .long, .enumeration: return emitFused(.skipNullableIntegers, tag: tag, b: 1)
            case .bytes, .string: return emitFused(.skipNullableBytes, tag: tag, b: 1)
            default: break
            }
        }
        try union(branches) { (compiler, index) throws(AvroError) in try compiler.skip(branches[index]) }
    }

    private mutating func skipItems(_ code: PlanOperation.Code, _ item: AvroSchema.TypeIndex) throws(AvroError) {
        let size = schema.properties[item].fixedSize ?? -1
        let start = operations.count
        emit(code, tag: schema.properties[item].mayBeEmpty ? 1 : 0, b: size)
        try body(of: start) { (compiler) throws(AvroError) in try compiler.skip(item) }
    }

    private mutating func skipRecord(_ type: AvroSchema.TypeIndex) throws(AvroError) {
        let properties = schema.properties[type]
        let isShort = properties.weight <= PlanCompiler.lightest
        guard properties.weight >= SchemaProperties.heaviest || properties.uses > 1 && !isShort else {
            return try skipFields(of: type)
        }
        openCalls.append((operations.count, type, paths.current))
        emit(.call)
    }

    private mutating func skipFields(of type: AvroSchema.TypeIndex) throws(AvroError) {
        guard case .record(_, let fields) = schema[type] else { return }
        for field in fields {
            paths.enter(field.name)
            try skip(field.type)
            paths.leave()
            try checkLength()
        }
    }

    // MARK: Control

    /// The branch beside null in a union of just these two, and the byte that announces it.
    private func nullable(_ branches: [AvroSchema.TypeIndex]) -> (tag: UInt8, branch: AvroSchema.TypeIndex)? {
        guard branches.count == 2 else { return nil }
        if schema[branches[0]] == .null { return (2, branches[1]) }
        return schema[branches[1]] == .null ? (0, branches[0]) : nil
    }

    private mutating func union(
        _ branches: [AvroSchema.TypeIndex],
        _ branch: (inout PlanCompiler, Int) throws(AvroError) -> Void
    ) throws(AvroError) {
        if let (tag, _) = nullable(branches) {
            let test = operations.count
            emit(.nullTest, tag: tag)
            try branch(&self, tag == 0 ? 0 : 1)
            operations[test].a = Int32(operations.count)
            return startHere()
        }
        try general(branches, branch)
    }

    private mutating func general(
        _ branches: [AvroSchema.TypeIndex],
        _ branch: (inout PlanCompiler, Int) throws(AvroError) -> Void
    ) throws(AvroError) {
        let first = targets.count
        targets += [Int32](repeating: 0, count: branches.count)
        emit(.union, a: first, b: branches.count)
        var jumps: [Int] = []
        for index in branches.indices {
            startHere()
            targets[first + index] = Int32(operations.count)
            try branch(&self, index)
            jumps.append(operations.count)
            emit(.jump)
            try checkLength()
        }
        for jump in jumps { operations[jump].a = Int32(operations.count) }
        startHere()
    }

    private mutating func body(
        of start: Int,
        _ compile: (inout PlanCompiler) throws(AvroError) -> Void
    ) throws(AvroError) {
        startHere()
        try compile(&self)
        emit(.end)
        operations[start].a = Int32(operations.count)
        startHere()
    }

    private mutating func startHere() {
        barrier = operations.count
    }

    private mutating func emit(_ code: PlanOperation.Code, tag: UInt8 = 0, slot: Int = 0, a: Int = 0, b: Int = 0) {
        operations.append(
            PlanOperation(code: code, tag: tag, slot: Int32(slot), a: Int32(a), b: Int32(b))
        )
        paths.note()
    }

    private func checkLength() throws(AvroError) {
        guard operations.count + targets.count + masks.count <= limits.planOperations else {
            throw AvroError(
                .schemaTooLarge,
                "a schema that takes more than \(limits.planOperations) steps to decode",
                path: paths.text
            )
        }
    }

    /// Extends a run of numbers whose slots stand as their fields do.
    private mutating func emitRead(_ code: PlanOperation.Code, tag: UInt8, slot: Int) {
        if operations.count > barrier, let last = operations.last, last.code == code, last.tag == tag,
            code == .readNullableFloat || code == .readNullableDouble, Int(last.slot + last.b) == slot
        {
            operations[operations.count - 1].b += 1
            paths.noteMore(ofOperation: operations.count - 1)
        } else {
            emit(code, tag: tag, slot: slot, b: 1)
        }
    }

    /// Extends a run of flags of the same word.
    private mutating func emitFlag(_ code: PlanOperation.Code, tag: UInt8 = 0, slot: Int, mask: UInt64) {
        masks.append(mask)
        if operations.count > barrier, let last = operations.last, last.code == code, last.tag == tag,
            last.slot == Int32(slot)
        {
            operations[operations.count - 1].b += 1
            paths.noteMore(ofOperation: operations.count - 1)
        } else {
            emit(code, tag: tag, slot: slot, a: masks.count - 1, b: 1)
        }
    }

    /// Extends the operation before if that does the same.
    private mutating func emitFused(_ code: PlanOperation.Code, tag: UInt8 = 0, a: Int = 0, b: Int = 0) {
        guard operations.count > barrier, let last = operations.last, last.tag == tag else {
            return emit(code, tag: tag, a: a, b: b)
        }
        if code == .skipNullableFixed, a == 1, last.code == .readNullableFlags {
            // One byte among flags, nearly always a flag that nobody wants, does not end their run.
            return emitFlag(.readNullableFlags, tag: tag, slot: Int(last.slot), mask: 0)
        }
        guard last.code == code else { return emit(code, tag: tag, a: a, b: b) }
        let index = operations.count - 1
        switch code {
        case .skipFixed where Int(last.a) + a <= Int(Int32.max): operations[index].a += Int32(a)
        case .skipIntegers, .skipBytes: operations[index].a += Int32(a)
        case .skipNullableFixed where last.a == Int32(a): operations[index].b += Int32(b)
        case .skipNullableIntegers, .skipNullableBytes: operations[index].b += Int32(b)
        default: emit(code, tag: tag, a: a, b: b)
        }
    }
}
