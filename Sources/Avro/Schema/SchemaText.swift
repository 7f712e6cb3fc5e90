internal import Ground

extension JSONValue {
    /// The JSON of a schema.
    /// - Throws: `AvroError` of kind `schema` with the byte at which the text is no JSON, `schemaTooLarge` or
    ///   `schemaTooDeep` with that at which a bound is reached.
    init(schemaText text: some Collection<UInt8>, _ limits: AvroLimits) throws(AvroError) {
        do throws(JSONError) {
            self = try JSONParser.parse(text, maximumValues: limits.schemaValues, readsBareNonFinite: true)
        } catch {
            let kind: AvroError.Kind =
                switch error.kind {
                case .syntax: .schema
                case .tooLarge: .schemaTooLarge
                case .tooDeep: .schemaTooDeep
                }
            throw AvroError(kind, error.message, offset: error.offset)
        }
    }
}
