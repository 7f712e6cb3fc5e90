/// Reads object containers, one after another; one instance a thread.
///
/// What is made of a header (a plan, say) is kept by the header's bytes without the sync marker, so that a known
/// header costs one memcmp. A header that cannot be used is remembered too, with its error.
public final class ObjectContainerReader<Product> {
    @usableFromInline let make: (ContainerHeader) throws -> Product
    @usableFromInline let headers: ContainerHeaderCache
    @usableFromInline let records: ContainerRecords
    /// By the slots of `headers`.
    @usableFromInline var products: [Result<Product, any Error>] = []

    /// A reader.
    /// - Parameters:
    ///   - capacity: the number of headers that are remembered; fewer where they are large.
    ///   - make: what to keep for a header, called once for each.
    public init(
        limits: AvroLimits = AvroLimits(),
        capacity: Int = 32,
        make: @escaping (ContainerHeader) throws -> Product
    ) {
        self.make = make
        headers = ContainerHeaderCache(capacity: capacity, limits: limits)
        records = ContainerRecords(limits: limits)
    }

    /// Calls `body` for each datum of `container`, in order. `body` gets the bytes from the datum's start to the end
    /// of its block (in the container itself where that is not compressed, else valid during the call only) and
    /// returns how many of them the datum took.
    ///
    /// A container whose bytes end just behind a block is complete: the format does not say how many there are.
    /// - Throws: `AvroError` with the offset in the container, or what `make` or `body` throw.
    @inlinable
    public func forEach(
        in container: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer, Product) throws -> Int
    ) throws {
        let slot = try headers.slot(of: container) ?? add(container)
        let product = try products[slot].get()
        try records.forEach(in: container, after: headers[slot]) { datum in try body(datum, product) }
    }

    /// As `forEach`, in a container that is damaged: as far as bytes are there, whatever does not fit. `body` returns nil
    /// for a datum that it cannot read to its end.
    /// - Returns: the number of records that are announced and were not handed out; a block that cannot be told counts
    ///   as one.
    /// - Throws: `AvroError` for a header that cannot be read, or what `make` throws.
    public func salvage(
        in container: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer, Product) -> Int?
    ) throws -> Int {
        let slot = try headers.slot(of: container) ?? add(container)
        let product = try products[slot].get()
        return records.salvage(in: container, after: headers[slot]) { datum in body(datum, product) }
    }

    @usableFromInline
    func add(_ container: UnsafeRawBufferPointer) throws(AvroError) -> Int {
        let place = try headers.add(container)
        let product = Result { try make(try place.header.get()) }
        for slot in place.freed { products[slot] = .failure(AvroError(.notAvro, "a header that is forgotten")) }
        if place.slot == products.count { products.append(product) } else { products[place.slot] = product }
        return place.slot
    }
}
