extension AvroValue {
    /// The value's binary encoding by `schema`: integers may stand for wider numbers, a plain value for a branch of a
    /// union, a field that is missing for its default.
    /// - Throws: `AvroError` of kind `value` with the path of the field that does not fit.
    public static func encode(
        _ value: AvroValue,
        as schema: AvroSchema,
        into encoder: inout AvroEncoder
    ) throws(AvroError) {
        throw AvroError(.value, "not written yet")
    }

    /// One value from the start of `datum`.
    /// - Returns: the value and the number of bytes it took.
    /// - Throws: `AvroError` with path and offset; strings must be UTF-8.
    public static func decode(
        _ datum: UnsafeRawBufferPointer,
        as schema: AvroSchema,
        limits: AvroLimits = AvroLimits()
    ) throws(AvroError) -> (value: AvroValue, used: Int) {
        throw AvroError(.value, "not written yet")
    }
}
