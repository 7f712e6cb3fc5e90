internal import Ground

extension JSONValue {
    /// The JSON of a schema or of what a registry answers.
    /// - Throws: `AvroError` of kind `schema` with the byte at which the text is no JSON.
    init(schemaText text: some Collection<UInt8>) throws(AvroError) {
        do throws(JSONError) {
            self = try JSONParser.parse(text)
        } catch {
            throw AvroError(.schema, error.message, offset: error.offset)
        }
    }
}
