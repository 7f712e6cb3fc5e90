/// Fencings that follow each other closely. Two processes of one name fence each other within seconds, and may both
/// commit in between; what looks like a fencing in trouble of Kafka's or after a suspension does not come in rows.
struct FencingRow: Hashable, Sendable {
    /// Fencings in the row.
    private(set) var count = 0
    /// Seconds of the steady clock at the last one.
    private(set) var last: Double?

    /// One more fencing.
    ///
    /// - Parameter span: seconds between two fencings beyond which they are no row.
    mutating func add(now: Double, span: Double) {
        count = last.map { now - $0 <= span } ?? false ? count + 1 : 1
        last = now
    }
}
