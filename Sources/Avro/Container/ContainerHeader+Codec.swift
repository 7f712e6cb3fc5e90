extension ContainerHeader {
    /// Whether a message is a container whose blocks are compressed, so that it holds more than its bytes. Looks at the
    /// names and lengths of the header alone; what is no readable header is not compressed.
    public static func isCompressed(_ message: UnsafeRawBufferPointer) -> Bool {
        guard matches(message) else { return false }
        var reader = DatumReader(message, limits: AvroLimits())
        var isCompressed = false
        var left = AvroLimits().metadataEntries
        do throws(AvroError) {
            _ = try reader.raw(magic.count)
            try reader.items(mayBeEmpty: false) { (reader) throws(AvroError) in
                left -= 1
                guard left >= 0 else { throw reader.failure(.tooLarge, "too many entries") }
                let key = try reader.lengthAndBytes()
                let value = try reader.lengthAndBytes()
                if key.elementsEqual(codecKey.utf8) {
                    isCompressed = !value.isEmpty && !value.elementsEqual("null".utf8)
                }
            }
        } catch {
            return false
        }
        return isCompressed
    }
}
