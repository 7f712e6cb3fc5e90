/// What a registry has answered: schemas for ever, failures for a while. A value without clock and I/O.
struct SchemaCache {
    private var schemas: [Int32: AvroSchema] = [:]
    private var failures: [Int32: (error: AvroError, until: Double)] = [:]

    /// Seconds for which a failure is remembered.
    let negativeCaching: Double
    /// Entries of each kind that are kept; a stream has a handful of schemas.
    private let capacity: Int

    init(negativeCaching: Double, capacity: Int = 4096) {
        self.negativeCaching = negativeCaching
        self.capacity = capacity
    }

    /// What is known of an id at a time in seconds; nil if the registry has to be asked.
    func find(_ id: Int32, at time: Double) -> Result<AvroSchema, AvroError>? {
        if let schema = schemas[id] { return .success(schema) }
        guard let failure = failures[id], time < failure.until else { return nil }
        return .failure(failure.error)
    }

    /// Remembers an answer that came at a time in seconds.
    mutating func store(_ id: Int32, _ answer: Result<AvroSchema, AvroError>, at time: Double) {
        switch answer {
        case .success(let schema):
            failures[id] = nil
            if schemas.count >= capacity, schemas[id] == nil, let any = schemas.keys.first { schemas[any] = nil }
            schemas[id] = schema
        case .failure(let error):
            if failures.count >= capacity { failures = failures.filter { time < $0.value.until } }
            if failures.count >= capacity { failures = [:] }
            failures[id] = (error, time + negativeCaching)
        }
    }
}
