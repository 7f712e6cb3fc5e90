/// A writer's schema and a reader's wishes compiled into one flat list of operations.
///
/// Made once for each writer's schema, then shared by all threads. Decoding touches each byte of the datum at most
/// once, copies nothing but numbers, checks every length against the bytes that are there and allocates only while a
/// list grows beyond what any earlier datum had.
public final class DecodePlan: Sendable {
    let operations: [PlanOperation]
    private let paths: PlanPaths
    private let targets: [Int32]
    private let masks: [UInt64]
    private let constants: [String]
    private let templates: RowTemplates
    private let found: [[Bool]]
    private let foundTables: [Bool]
    private let layout: [Int]
    private let limits: AvroLimits

    /// Fields and lists that are not required and that the writer has with a type that cannot be read.
    public let unreadable: [UnreadableField]

    /// Bytes that the plan keeps, about.
    public let memory: Int

    /// Compiles a plan.
    /// - Throws: `AvroError` `missingField` if a required field is not in the writer's schema, `typeMismatch` if one
    ///   has a type that cannot be promoted to the reader's, `schemaTooLarge` if the plan would be too long.
    public init(writer: AvroSchema, reader: ReaderSchema, limits: AvroLimits = AvroLimits()) throws(AvroError) {
        let resolution = try PlanResolution(writer: writer, reader: reader)
        let compiler = try PlanCompiler(schema: writer, roots: resolution.roots, limits: limits)
        operations = compiler.operations
        paths = compiler.paths
        targets = compiler.targets
        masks = compiler.masks
        found = resolution.found
        foundTables = resolution.foundTables
        layout = reader.tables.map(\.slotCount)
        self.limits = limits
        unreadable = resolution.unreadable
        // Of each operation its bytes, the place of its path and, at most, a name of its own.
        memory = operations.count * 64 + targets.count * 4 + masks.count * 8 + compiler.constants.count * 32
        var constants = compiler.constants
        templates = RowTemplates(reader: reader, found: resolution.found, constants: &constants)
        self.constants = constants
    }

    /// Whether the writer has the field at all.
    public func has<Value>(_ field: ReaderField<Value>) -> Bool {
        found[Int(field.table)][Int(field.slot)]
    }

    /// Whether the writer has the list at all.
    public func has(_ list: ReaderList) -> Bool {
        foundTables[Int(list.table)]
    }

    /// Decodes one datum from the start of `datum` into `record`, which must be made from the plan's reader.
    /// - Returns: the number of bytes that the datum took.
    /// - Throws: `AvroError` with path and offset; `record` then holds nothing.
    public func decode(_ datum: UnsafeRawBufferPointer, into record: DecodedRecord) throws(AvroError) -> Int {
        let (used, failure) = decodeAsFarAsItGoes(datum, into: record)
        guard let failure else { return used }
        record.reset()
        throw failure
    }

    /// Decodes one datum that may be damaged: after an error `record` holds what stood before it.
    /// - Returns: the number of bytes that the datum took, or what is wrong.
    public func decodeAsFarAsItGoes(
        _ datum: UnsafeRawBufferPointer,
        into record: DecodedRecord
    ) -> (used: Int, failure: AvroError?) {
        precondition(record.layout == layout, "the record belongs to another ReaderSchema")
        record.reset()
        guard datum.count <= Int(UInt32.max >> 1) else {
            return (0, AvroError(.tooLarge, "a datum of \(datum.count) bytes"))
        }
        record.datum = datum
        record.constants = constants
        return run(datum, record)
    }

    private func run(_ datum: UnsafeRawBufferPointer, _ record: DecodedRecord) -> (Int, AvroError?) {
        var nothing: UInt8 = 0
        return withUnsafePointer(to: &nothing) { nothing in
            withUnsafePointers { steps, templates in
                // An array that is empty may have no address; nothing is then read from it.
                let start = datum.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? nothing
                var interpreter = PlanInterpreter(
                    steps: steps,
                    templates: templates,
                    tables: record.tables,
                    start: start,
                    end: start + datum.count,
                    maximumDepth: limits.depth,
                    maximumRows: limits.rows,
                    emptyItemsLeft: limits.valuesWithoutBytes
                )
                return run(&interpreter, record)
            } ?? (0, nil)
        }
    }

    /// - Returns: nil for a plan without operations.
    private func withUnsafePointers<Result>(
        _ body: (PlanInterpreter.Steps, PlanInterpreter.Templates) -> Result
    ) -> Result? {
        operations.withUnsafeBufferPointer { operations in
            targets.withUnsafeBufferPointer { targets in
                masks.withUnsafeBufferPointer { masks in
                    templates.withUnsafePointers { templates in
                        guard let operations = operations.baseAddress else { return nil }
                        let steps = PlanInterpreter.Steps(
                            operations: operations,
                            targets: targets.baseAddress,
                            masks: masks.baseAddress
                        )
                        return body(steps, templates)
                    }
                }
            }
        }
    }

    private func run(_ interpreter: inout PlanInterpreter, _ record: DecodedRecord) -> (Int, AvroError?) {
        let root = record.tables.pointee
        if let template = interpreter.templates[0] { root.words.update(from: template, count: root.stride) }
        let present = UnsafeMutableRawPointer(root.words + root.fieldCount).assumingMemoryBound(to: UInt8.self)
        guard
            let end = interpreter.run(
                from: interpreter.steps.operations,
                interpreter.start,
                row: root.words,
                present: present,
                depth: 0
            )
        else {
            return (0, error(interpreter))
        }
        return (end - interpreter.start, nil)
    }

    private func error(_ interpreter: PlanInterpreter) -> AvroError {
        let kind: AvroError.Kind =
            switch interpreter.failure {
            case .truncated: .truncated
            case .noRecord: .noRecord
            case .tooDeep: .tooDeep
            case .tooManyEmptyItems, .tooManyRows: .tooLarge
            default: .corrupt
            }
        return AvroError(
            kind,
            interpreter.failure.rawValue,
            path: paths[interpreter.failedOperation, interpreter.failedField],
            offset: interpreter.failedAt
        )
    }
}

/// For each table the words that a row starts with: the reader's defaults for what the writer has not.
private struct RowTemplates: Sendable {
    private var words: [UInt64] = []
    /// Where a table's words start; negative where there is no default.
    private var starts: [Int32] = []

    init(reader: ReaderSchema, found: [[Bool]], constants: inout [String]) {
        for (table, isFound) in zip(reader.tables, found) {
            let start = words.count
            var isNeeded = false
            words += [UInt64](repeating: 0, count: DecodedRecord.stride(fieldCount: table.slotCount))
            for field in table.fields where !isFound[field.slot] {
                switch field.fallback {
                case nil: continue
                case .bits(let bits)?: words[start + field.slot] = bits
                case .text(let text)?:
                    words[start + field.slot] = DecodedRecord.constantFlag | UInt64(constants.count)
                    constants.append(text)
                }
                let flag = (start + table.slotCount) * 8 + field.slot
                words.withUnsafeMutableBytes { $0[flag] = 1 }
                isNeeded = true
            }
            starts.append(isNeeded ? Int32(start) : -1)
        }
    }

    func withUnsafePointers<Result>(_ body: (PlanInterpreter.Templates) -> Result) -> Result {
        words.withUnsafeBufferPointer { words in
            starts.withUnsafeBufferPointer { starts in
                body(PlanInterpreter.Templates(words: words, starts: starts))
            }
        }
    }
}
