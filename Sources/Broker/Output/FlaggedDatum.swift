import Avro
import Sky

extension AnnotatedAlertEncoding {
    /// A stored datum with other flags of the alert; all else, what its classifiers say among it, as it is.
    ///
    /// - Throws: `AvroError` where the datum is not of the version's schema, `InstallationError` where that is not found.
    static func datum(_ stored: [UInt8], flags: AlertFlags, version: AnnotatedAlertVersion) throws -> [UInt8] {
        let schema = try version.schema()
        let (value, used) = try AvroValue.decode(stored, as: schema)
        guard used == stored.count, case .record(var record) = value, case .array(let before)? = record["flags"] else {
            throw AvroError(.corrupt, "the stored annotation is no annotated alert of version \(version.rawValue)")
        }
        let ofAlert = Set(AlertFlags(rawValue: .max).names)
        let others = before.filter { if case .string(let name) = $0 { !ofAlert.contains(name) } else { true } }
        record["flags"] = .array(flags.names.map { .string($0) } + others)
        return try AvroValue.encode(.record(record), as: schema)
    }
}
