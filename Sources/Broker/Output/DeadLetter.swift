public import Sky

/// A message that could not become an annotated alert: its original bytes, with headers that say where it stood and why
/// it failed.
public struct DeadLetter: Sendable {
    /// Bytes of a message that is too large for the dead-letter topic which still go out.
    public static let truncatedBytes = 64 << 10

    /// Where the message stood.
    public var position: InputPosition
    /// The stage that refused it: `frame`, `schema`, `decode`, `identity`, `time`, `publish`.
    public var stage: String
    /// A short word for what is wrong, for counting.
    public var code: String
    /// What is wrong, which field and value, and what to do.
    public var reason: String

    /// A message that failed.
    public init(position: InputPosition, stage: String, code: String, reason: String) {
        self.position = position
        self.stage = stage
        self.code = code
        self.reason = reason
    }

    /// Headers of the dead letter, in the manner of Kafka Connect's but with our prefix.
    ///
    /// - Parameters:
    ///   - length: length of the original value in bytes.
    ///   - truncation: SHA-256 of the whole value where only its beginning goes out, else nil.
    func headers(length: Int, truncation: String?) -> [(String, String)] {
        var headers = [
            ("trifid.stage", stage),
            ("trifid.code", code),
            ("trifid.reason", reason),
            ("trifid.topic", position.topic),
            ("trifid.partition", String(position.partition)),
            ("trifid.offset", String(position.offset)),
            ("trifid.timestamp", String(position.timestamp)),
            ("trifid.length", String(length)),
        ]
        if let sha256 = truncation {
            headers.append(("truncated", "true"))
            headers.append(("trifid.sha256", sha256))
        }
        return headers
    }
}
