package import Sky

/// An alert as it goes out: what `Schemas/annotated_alert.avsc` describes, field by field in its order.
package struct AnnotatedAlert: Hashable, Sendable {
    /// The version of the schema that this struct follows.
    package static let schemaVersion = AnnotatedAlertVersion.current.rawValue

    /// The survey's alert.
    package var alert: Alert
    /// What was known of the object's light curve at the alert's time.
    package var photometry: PhotometrySummary
    /// The model's answer.
    package var annotation: Annotation
    /// Flags by name: the alert's own and `untrained`.
    package var flags: [String]
    /// 0 for the answer at the alert's time, 1 and up for answers after more became known.
    package var revision: Int32
    /// When the archive was read (microseconds since 1970-01-01 UTC), nil without an archive.
    package var asOf: Int64?
    /// Where the alert came from, nil for a file.
    package var input: InputPosition?
    /// When each stage was done.
    package var times: StageTimes

    /// An alert as it goes out; flags follow from the record and the state of its classifiers.
    package init(
        record: Record,
        annotation: Annotation,
        revision: Int32 = 0,
        asOf: Int64? = nil,
        input: InputPosition? = nil,
        times: StageTimes
    ) {
        alert = record.alert
        photometry = PhotometrySummary(record: record)
        self.annotation = annotation
        alert.flags = record.flags
        flags = alert.flags.names
        if annotation.classifications.contains(where: { !$0.trained }) {
            flags.append("untrained")
        }
        self.revision = revision
        self.asOf = asOf
        self.input = input
        self.times = times
    }

    /// Sets a flag of the alert.
    mutating func flag(_ flag: AlertFlags) {
        guard !alert.flags.contains(flag) else { return }
        alert.flags.insert(flag)
        flags = alert.flags.names + flags.filter { $0 == "untrained" }
    }
}
