/// Schemas that a registry's schema refers to, and those that these refer to: each is to be fetched once, and together
/// they are bounded. A value without I/O.
struct SchemaReferences {
    /// A schema by subject and version.
    struct Reference: Hashable, CustomStringConvertible {
        var subject: String
        var version: Int64

        var description: String { "version \(version) of the subject '\(subject)'" }
    }

    private var seen: Set<Reference> = []
    private var waiting: [Reference] = []
    private var bytes: Int

    /// References of one schema; LSST's alerts would have 6.
    private static let maximumCount = 64

    /// - Parameter text: the schema that refers to the others.
    init(_ text: String) {
        bytes = text.utf8.count
    }

    /// The next one to fetch; nil if all are there.
    mutating func next() -> Reference? {
        waiting.popLast()
    }

    /// Adds those that a registry's answer names; what is known already is not asked for again, so that references may
    /// go round in a circle.
    /// - Throws: `AvroError` `schema` for what are no references, `schemaTooLarge` for too many.
    mutating func add(_ json: JSONValue?) throws(AvroError) {
        guard let json, json != .null else { return }
        guard case .array(let items) = json else { throw AvroError(.schema, "a registry's 'references' are no array") }
        for item in items {
            guard let subject = item["subject"]?.text, case .integer(let version)? = item["version"] else {
                throw AvroError(.schema, "a reference of a registry without 'subject' and 'version'")
            }
            let reference = Reference(subject: subject, version: version)
            guard seen.insert(reference).inserted else { continue }
            guard seen.count <= SchemaReferences.maximumCount else {
                throw AvroError(
                    .schemaTooLarge,
                    "a schema that refers to more than \(SchemaReferences.maximumCount) others",
                    advice: "put the whole schema into the folder of registry.schemas"
                )
            }
            waiting.append(reference)
        }
    }

    /// Counts a schema that was fetched.
    /// - Throws: `AvroError` `schemaTooLarge` if all together are larger than one may be.
    mutating func count(_ text: String) throws(AvroError) {
        bytes += text.utf8.count
        guard bytes <= AvroLimits().schemaBytes else {
            throw AvroError(
                .schemaTooLarge,
                "a schema of more than \(AvroLimits().schemaBytes) bytes with what it refers to"
            )
        }
    }
}
