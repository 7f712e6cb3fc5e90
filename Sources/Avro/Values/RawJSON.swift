/// Prints a datum as it is, as one JSON object: the writer's names, every field, unions as plain values, integers as
/// JSON integers, floats with the digits that read back as the same double, NaN and infinities as strings, timestamps
/// as integers, `bytes` and `fixed` as `{"bytes": count, "crc32": "8 hexadecimal digits"}`.
public struct RawJSON: Sendable {
    private let schema: AvroSchema

    /// A printer for data of `schema`.
    public init(_ schema: AvroSchema) {
        self.schema = schema
    }

    /// Appends the JSON of the datum at the start of `datum`.
    /// - Returns: the number of bytes that the datum took.
    public func append(_ datum: UnsafeRawBufferPointer, to text: inout [UInt8]) throws(AvroError) -> Int {
        throw AvroError(.value, "not written yet")
    }
}
