public import Avro
internal import Ground

/// A writer's schema with fields that would be read and cannot be: its alerts lack them.
public struct SchemaNotice: Hashable, Sendable, CustomStringConvertible {
    /// The schema's full name, on one line and not longer than names are.
    public let schema: String
    /// The version that it names, empty where it names none.
    public let version: String
    /// The fields, with the reason for each.
    public let unreadable: [UnreadableField]

    init(schema: AvroSchema, version: String, unreadable: [UnreadableField]) {
        self.schema = (schema.name ?? "").plain(limit: 255)
        self.version = version.plain(limit: 64)
        self.unreadable = unreadable
    }

    /// The fields, each with the reason.
    public var fields: String { unreadable.map(\.description).joined(separator: "; ") }

    /// One line for a person.
    public var description: String {
        "fields of \(schema)\(version.isEmpty ? "" : " " + version) cannot be read and are missing: \(fields)"
    }
}

/// What has been said of schemas, so that each is said once, whatever number of decoders meets it.
public struct SchemaNotices: Sendable {
    private var said: Set<SchemaNotice> = []
    /// A stream has a handful of schemas; of more than this nothing is said.
    private static let capacity = 1024

    /// Nothing has been said.
    public init() {}

    /// Those of the notices that have not been said; from now on they have been.
    public mutating func new(_ notices: [SchemaNotice]) -> [SchemaNotice] {
        notices.filter { said.count < Self.capacity && said.insert($0).inserted }
    }
}
