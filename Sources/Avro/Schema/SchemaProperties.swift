/// What a reader wants to know of a type. It is worked out from the types inside when they are known, so that nothing
/// walks through a schema again; of a type that holds itself it is what such a type must be taken for.
struct SchemaProperties: Equatable, Sendable {
    /// Bytes of a type whose values all take the same number of bytes, up to 2^31.
    var fixedSize: Int?
    /// Whether a value may take no bytes at all.
    var mayBeEmpty = true
    /// About how many operations it takes to skip a type, up to `heaviest`, which a type that holds itself weighs.
    var weight = heaviest
    /// Types on the longest way to a leaf; a type that is named inside itself counts as a leaf there.
    var depth = 1
    /// How often the schema names or defines the type.
    var uses = 0

    static let heaviest = 1000

    /// The properties of a type from those of the types inside.
    init(_ shape: AvroSchema.Shape, inside: (AvroSchema.TypeIndex) -> SchemaProperties) {
        switch shape {
        case .null: self.init(fixedSize: 0)
        case .boolean: self.init(fixedSize: 1)
        case .float: self.init(fixedSize: 4)
        case .double: self.init(fixedSize: 8)
        case .fixed(_, let size): self.init(fixedSize: size)
        case .int, .long, .bytes, .string, .enumeration: self.init(fixedSize: nil)
        case .array(let item), .map(let item): self.init(holding: [inside(item)])
        case .union(let branches): self.init(holding: branches.map(inside))
        case .record(_, let fields):
            self.init(holding: fields.map { inside($0.type) })
            fixedSize = 0
            mayBeEmpty = true
            for field in fields {
                let properties = inside(field.type)
                if !properties.mayBeEmpty { mayBeEmpty = false }
                guard let size = fixedSize, let more = properties.fixedSize, size + more <= Int(Int32.max) else {
                    fixedSize = nil
                    continue
                }
                fixedSize = size + more
            }
        }
    }

    /// A named type whose inside is not known yet.
    init() {}

    private init(fixedSize size: Int?) {
        fixedSize = size
        mayBeEmpty = size == 0
        weight = 1
    }

    /// A type that takes at least a byte and whose size varies.
    private init(holding types: [SchemaProperties]) {
        mayBeEmpty = false
        weight = 1
        for type in types {
            weight = min(SchemaProperties.heaviest, weight + type.weight)
            depth = max(depth, type.depth + 1)
        }
    }
}
