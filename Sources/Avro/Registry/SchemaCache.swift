/// What a registry has answered: schemas for ever, failures for a while. A value without clock and I/O.
struct SchemaCache {
    private var schemas: [Int32: (schema: AvroSchema, size: Int)] = [:]
    private var failures: [Int32: (error: AvroError, until: Double)] = [:]
    private var size = 0

    /// Seconds for which a failure is remembered.
    let negativeCaching: Double
    /// Entries of each kind that are kept; a stream has a handful of schemas.
    private let capacity: Int
    /// JSON values of all schemas that are kept, which cost about 100 bytes each. The largest real schema has 4,510.
    private let maximumSize: Int

    init(negativeCaching: Double, capacity: Int = 4096, maximumSize: Int = 500_000) {
        self.negativeCaching = negativeCaching
        self.capacity = capacity
        self.maximumSize = maximumSize
    }

    /// What is known of an id at a time in seconds; nil if the registry has to be asked.
    func find(_ id: Int32, at time: Double) -> Result<AvroSchema, AvroError>? {
        if let known = schemas[id] { return .success(known.schema) }
        guard let failure = failures[id], time < failure.until else { return nil }
        return .failure(failure.error)
    }

    /// Remembers an answer that came at a time in seconds.
    mutating func store(_ id: Int32, _ answer: Result<AvroSchema, AvroError>, at time: Double) {
        switch answer {
        case .success(let schema):
            failures[id] = nil
            forget(id)
            let more = schema.json.valueCount
            while schemas.count >= capacity || size + more > maximumSize, let any = schemas.keys.first { forget(any) }
            schemas[id] = (schema, more)
            size += more
        case .failure(let error):
            if failures.count >= capacity { failures = failures.filter { time < $0.value.until } }
            if failures.count >= capacity { failures = [:] }
            failures[id] = (error, time + negativeCaching)
        }
    }

    private mutating func forget(_ id: Int32) {
        guard let known = schemas.removeValue(forKey: id) else { return }
        size -= known.size
    }
}

extension JSONValue {
    /// The number of values, itself included.
    var valueCount: Int {
        switch self {
        case .array(let items): items.reduce(1) { $0 + $1.valueCount }
        case .object(let members): members.reduce(1) { $0 + $1.value.valueCount }
        default: 1
        }
    }
}
