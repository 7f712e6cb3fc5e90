/// Reads object containers, one after another; one instance a thread.
///
/// What is made of a header (a plan, say) is kept by the header's bytes without the sync marker, so that a known
/// header costs one memcmp. A header that cannot be used is remembered too, with its error.
public final class ObjectContainerReader<Product> {
    /// A reader.
    /// - Parameter make: what to keep for a header, called once for each.
    public init(
        limits: AvroLimits = AvroLimits(),
        capacity: Int = 32,
        make: @escaping (ContainerHeader) throws -> Product
    ) {}

    /// Calls `body` for each datum of `container`, in order. `body` gets the bytes from the datum's start to the end
    /// of its block (in the container itself where that is not compressed, else valid during the call only) and
    /// returns how many of them the datum took.
    /// - Throws: `AvroError` with the offset in the container, or what `make` or `body` throw.
    public func forEach(
        in container: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer, Product) throws -> Int
    ) throws {
        throw AvroError(.notAvro, "not written yet")
    }
}
