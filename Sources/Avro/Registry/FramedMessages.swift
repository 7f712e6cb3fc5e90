/// Reads messages in any framing, an object container, Confluent's wire format or a single object, each datum with what
/// was made of its writer's schema. One instance a thread.
///
/// `forEach` is inlined where it is called, so that the stream's decoder costs no more than one that knows its type.
public final class FramedMessages<Product> {
    /// Finds the schema that a framed message names.
    public typealias LookUp = (_ key: FramedDatum.SchemaKey) throws -> AvroSchema
    /// Makes what is kept for a schema: by what framed messages name it, nil for that of a container.
    public typealias Make = (_ schema: AvroSchema, _ key: FramedDatum.SchemaKey?) throws -> Product

    private let lookUp: LookUp
    private let make: Make
    private let size: (AvroSchema, Product) -> Int
    @usableFromInline let containers: ObjectContainerReader<Product>
    /// By what messages name their schema. Names come from the messages: at the most `capacity` are kept.
    private var framed: BoundedCache<FramedDatum.SchemaKey, Product>

    /// A reader.
    /// - Parameters:
    ///   - registry: where the schemas of framed messages come from; without one these are errors.
    ///   - capacity: the number of schemas that are remembered in each framing.
    ///   - make: what to keep for a schema (a plan, say).
    public convenience init(
        registry: (any SchemaRegistry)?,
        capacity: Int = 32,
        make: @escaping (AvroSchema) throws -> Product
    ) {
        self.init(
            capacity: capacity,
            lookUp: { key in
                guard let registry else {
                    throw AvroError(
                        .unknownSchemaId,
                        "the message names the schema \(key): give registry.url or registry.schemas"
                    )
                }
                return try registry.schema(key)
            },
            make: { schema, _ in try make(schema) }
        )
    }

    /// A reader.
    /// - Parameters:
    ///   - capacity: the number of schemas that are remembered in each framing.
    ///   - lookUp: finds the schema that a framed message names; asked again where it throws.
    ///   - size: bytes that a product keeps, about; else those of its schema.
    ///   - make: makes what is kept for a schema; asked again where it throws on that of a framed message.
    public init(
        capacity: Int = 32,
        lookUp: @escaping LookUp,
        size: @escaping (AvroSchema, Product) -> Int = { schema, _ in schema.memory },
        make: @escaping Make
    ) {
        self.lookUp = lookUp
        self.make = make
        self.size = size
        framed = BoundedCache(capacity: capacity, maximumSize: 64 << 20)
        containers = ObjectContainerReader(capacity: capacity) { header in try make(header.schema, nil) }
    }

    /// Calls `body` for each datum of a message, in order. `body` gets the bytes from the datum's start on, valid during
    /// the call only, and returns how many of them the datum took; a framed message ends with its datum.
    ///
    /// - Parameter trailing: the error for a framed message that goes on: with how many bytes, and the name of its schema.
    /// - Throws: `AvroError` where the message cannot be read, or what `make` or `body` throw.
    @inlinable
    public func forEach(
        in message: UnsafeRawBufferPointer,
        trailing: (_ count: Int, _ schema: FramedDatum.SchemaKey) -> any Error = FramedMessages.trailingBytes,
        _ body: (UnsafeRawBufferPointer, Product) throws -> Int
    ) throws {
        guard FramedDatum.matches(message) else { return try containers.forEach(in: message, body) }
        let frame = try FramedDatum(message)
        let datum = UnsafeRawBufferPointer(rebasing: message[frame.headerSize...])
        let used = try body(datum, try product(frame.key))
        guard used == datum.count else { throw trailing(datum.count - used, frame.key) }
    }

    /// As `forEach`, in a message that is damaged: as far as bytes are there. `body` returns nil for a datum that it
    /// cannot read to its end.
    /// - Returns: the number of records that are announced and were not handed out.
    /// - Throws: `AvroError` for a frame or a schema that cannot be read, or what `make` throws.
    public func salvage(
        in message: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer, Product) -> Int?
    ) throws -> Int {
        guard FramedDatum.matches(message) else { return try containers.salvage(in: message, body) }
        let frame = try FramedDatum(message)
        _ = body(UnsafeRawBufferPointer(rebasing: message[frame.headerSize...]), try product(frame.key))
        return 0
    }

    @usableFromInline
    func product(_ key: FramedDatum.SchemaKey) throws -> Product {
        if let known = framed[key] { return known }
        let schema = try lookUp(key)
        let product = try make(schema, key)
        framed.keep(product, for: key, bytes: size(schema, product))
        return product
    }

    /// A framed message goes on after its record.
    public static func trailingBytes(_ count: Int, schema key: FramedDatum.SchemaKey) -> any Error {
        AvroError(
            .corrupt,
            "the message goes on for \(count) bytes after the record: it was not written with the schema \(key) that it names"
        )
    }
}
