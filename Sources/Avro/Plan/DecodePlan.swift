/// A writer's schema and a reader's wishes compiled into one flat list of operations.
///
/// Made once for each writer's schema, then shared by all threads. Decoding touches each byte of the datum at most
/// once, copies nothing but numbers, checks every length against the bytes that are there and allocates only while a
/// list grows beyond what any earlier datum had.
public struct DecodePlan: Sendable {
    /// Compiles a plan.
    /// - Throws: `AvroError` `missingField` if a required field is not in the writer's schema, `typeMismatch` if a
    ///   wanted field has a type that cannot be promoted to the reader's.
    public init(writer: AvroSchema, reader: ReaderSchema, limits: AvroLimits = AvroLimits()) throws(AvroError) {
        throw AvroError(.schema, "plans are not compiled yet")
    }

    /// Decodes one datum from the start of `datum` into `record`.
    /// - Returns: the number of bytes that the datum took.
    /// - Throws: `AvroError` with path and offset; `record` then holds nothing.
    public func decode(_ datum: UnsafeRawBufferPointer, into record: DecodedRecord) throws(AvroError) -> Int {
        throw AvroError(.schema, "plans are not compiled yet")
    }

    /// Whether the writer has the field at all.
    public func has<Value>(_ field: ReaderField<Value>) -> Bool { false }

    /// Whether the writer has the list at all.
    public func has(_ list: ReaderList) -> Bool { false }
}
