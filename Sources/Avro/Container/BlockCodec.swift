/// How the blocks of an object container are compressed.
public enum BlockCodec: String, Sendable {
    /// Not at all.
    case null
    /// Raw deflate (RFC 1951).
    case deflate
    /// Snappy, followed by the CRC-32 of the plain bytes.
    case snappy
    /// Zstandard (RFC 8878).
    case zstandard
}
