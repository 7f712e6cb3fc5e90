public import Avro

/// A writer's schema with fields that would be read and cannot be: its alerts lack them.
public struct SchemaNotice: Hashable, Sendable, CustomStringConvertible {
    /// The schema's full name.
    public let schema: String
    /// The version that it names, empty where it names none.
    public let version: String
    /// The fields, with the reason for each.
    public let unreadable: [UnreadableField]

    /// One line for a log.
    public var description: String {
        let fields = unreadable.map(\.description).joined(separator: "; ")
        return "fields of \(schema)\(version.isEmpty ? "" : " " + version) cannot be read and are missing: \(fields)"
    }
}
