internal import CKernels

/// SHA-256 (FIPS 180-4).
public struct SHA256: Sendable {
    private var state = tk_sha256()

    /// A hash of nothing so far.
    public init() {
        tk_sha256_start(&state)
    }

    /// Adds bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        tk_sha256_add(&state, bytes.baseAddress, bytes.count)
    }

    /// The digest of all bytes so far as 64 hexadecimal digits.
    public func hexadecimal() -> String {
        var copy = state
        var digest = [UInt8](repeating: 0, count: 32)
        tk_sha256_finish(&copy, &digest)
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// The digest of some bytes as 64 hexadecimal digits.
    public static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        var hash = SHA256()
        ContiguousArray(bytes).withUnsafeBytes { hash.update($0) }
        return hash.hexadecimal()
    }
}
