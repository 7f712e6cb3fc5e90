internal import CCrypto

/// SHA-256 (FIPS 180-4), by libcrypto.
public final class SHA256 {
    private let context: OpaquePointer?
    private var isSound: Bool

    /// A hash of nothing so far.
    public init() {
        context = EVP_MD_CTX_new()
        isSound = context != nil && EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
    }

    deinit {
        EVP_MD_CTX_free(context)
    }

    /// Adds bytes.
    public func update(_ bytes: UnsafeRawBufferPointer) {
        isSound = isSound && EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1
    }

    /// The digest of all bytes so far as 64 hexadecimal digits; empty where libcrypto has no memory left or no SHA-256.
    public func hexadecimal() -> String {
        guard isSound, let copy = EVP_MD_CTX_new() else { return "" }
        defer { EVP_MD_CTX_free(copy) }
        var digest = [UInt8](repeating: 0, count: 32)
        guard EVP_MD_CTX_copy_ex(copy, context) == 1, EVP_DigestFinal_ex(copy, &digest, nil) == 1 else { return "" }
        return Hexadecimal.text(digest)
    }

    /// The digest of some bytes as 64 hexadecimal digits.
    public static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let hash = SHA256()
        ContiguousArray(bytes).withUnsafeBytes { hash.update($0) }
        return hash.hexadecimal()
    }
}
