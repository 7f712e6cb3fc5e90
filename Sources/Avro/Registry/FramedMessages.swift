/// Reads messages in either framing, an object container or Confluent's wire format, each datum with what was made of
/// its writer's schema. One instance a thread.
public final class FramedMessages<Product> {
    private let registry: (any SchemaRegistry)?
    private let make: (AvroSchema) throws -> Product
    private let containers: ObjectContainerReader<Product>
    /// By the schema's id. Ids come from the messages: at the most `capacity` are kept.
    private var framed: [Int32: Product] = [:]
    private let capacity: Int

    /// A reader.
    /// - Parameters:
    ///   - registry: where the schemas of framed messages come from; without one these are errors.
    ///   - capacity: the number of schemas that are remembered in each framing.
    ///   - make: what to keep for a schema (a plan, say).
    public init(
        registry: (any SchemaRegistry)?,
        capacity: Int = 32,
        make: @escaping (AvroSchema) throws -> Product
    ) {
        self.registry = registry
        self.capacity = capacity
        self.make = make
        containers = ObjectContainerReader(capacity: capacity) { header in try make(header.schema) }
    }

    /// Calls `body` for each datum of a message, in order. `body` gets the bytes from the datum's start on, valid during
    /// the call only, and returns how many of them the datum took; a framed message ends with its datum.
    ///
    /// - Parameter trailing: the error for a framed message that goes on: with how many bytes, and its schema's id.
    /// - Throws: `AvroError` where the message cannot be read, or what `make` or `body` throw.
    public func forEach(
        in message: UnsafeRawBufferPointer,
        trailing: (_ count: Int, _ schemaId: Int32) -> any Error = FramedMessages.trailingBytes,
        _ body: (UnsafeRawBufferPointer, Product) throws -> Int
    ) throws {
        guard ConfluentFrame.matches(message) else { return try containers.forEach(in: message, body) }
        let id = try ConfluentFrame(message).schemaId
        let datum = UnsafeRawBufferPointer(rebasing: message[ConfluentFrame.headerSize...])
        let used = try body(datum, try product(id: id))
        guard used == datum.count else { throw trailing(datum.count - used, id) }
    }

    private func product(id: Int32) throws -> Product {
        if let known = framed[id] { return known }
        guard let registry else {
            throw AvroError(.unknownSchemaId, "the message names schema \(id) of a registry: give registry.url")
        }
        let product = try make(registry.schema(id: id))
        if framed.count >= capacity { framed.removeAll() }
        framed[id] = product
        return product
    }

    /// A message with a schema's id goes on after its record.
    public static func trailingBytes(_ count: Int, schemaId id: Int32) -> any Error {
        AvroError(
            .corrupt,
            "the message goes on for \(count) bytes after the record: it was not written with the schema \(id) that it names"
        )
    }
}
