/// What a compiler wants to know of the types of a schema; each answer is worked out once.
struct SchemaProperties {
    private let schema: AvroSchema
    private var sizes: [AvroSchema.TypeIndex: Int?] = [:]
    private var emptiness: [AvroSchema.TypeIndex: Bool] = [:]
    private var weights: [AvroSchema.TypeIndex: Int] = [:]

    /// The weight of a type that contains itself, and the most that any type weighs.
    static let heaviest = 1000

    init(_ schema: AvroSchema) {
        self.schema = schema
    }

    /// Bytes of a type whose values all take the same number of bytes.
    mutating func fixedSize(_ type: AvroSchema.TypeIndex) -> Int? {
        if let known = sizes[type] { return known }
        sizes[type] = .some(nil)
        let size: Int? =
            switch schema[type] {
            case .null: 0
            case .boolean: 1
            case .float: 4
            case .double: 8
            case .fixed(_, let size): size
            case .record(_, let fields): sum(fields)
            default: nil
            }
        sizes[type] = size
        return size
    }

    private mutating func sum(_ fields: [AvroSchema.Field]) -> Int? {
        var total = 0
        for field in fields {
            guard let size = fixedSize(field.type), total + size <= Int(Int32.max) else { return nil }
            total += size
        }
        return total
    }

    /// Whether a value may take no bytes at all.
    mutating func mayBeEmpty(_ type: AvroSchema.TypeIndex) -> Bool {
        if let known = emptiness[type] { return known }
        emptiness[type] = true
        var result = false
        switch schema[type] {
        case .null: result = true
        case .fixed(_, let size): result = size == 0
        case .record(_, let fields):
            result = true
            for field in fields where !mayBeEmpty(field.type) { result = false }
        default: break
        }
        emptiness[type] = result
        return result
    }

    /// About how many operations it takes to skip a type.
    mutating func weight(_ type: AvroSchema.TypeIndex) -> Int {
        if let known = weights[type] { return known }
        weights[type] = SchemaProperties.heaviest
        var result = 1
        switch schema[type] {
        case .array(let item), .map(let item): result += weight(item)
        case .union(let branches):
            for branch in branches { result += weight(branch) }
        case .record(_, let fields):
            for field in fields { result += weight(field.type) }
        default: break
        }
        result = min(result, SchemaProperties.heaviest)
        weights[type] = result
        return result
    }
}
