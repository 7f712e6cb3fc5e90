internal import Glibc

/// Why the HTTP server cannot listen.
package struct HTTPServerError: Error, CustomStringConvertible {
    /// The address that was asked for.
    package let address: ListenAddress
    /// The reason, as "Address already in use".
    package let reason: String

    /// Key, address and reason.
    package var description: String { "http.listen: cannot listen on \(address): \(reason)" }
}

/// A TCP socket that listens.
struct ListeningSocket {
    let descriptor: Int32
    /// Where it listens, with the port that the system chose for port 0.
    let address: ListenAddress

    /// Binds and listens; an empty host is every address of IPv6 and IPv4.
    init(_ wanted: ListenAddress) throws(HTTPServerError) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let host = wanted.host
        let code =
            host.isEmpty
            ? getaddrinfo(nil, String(wanted.port), &hints, &list)
            : getaddrinfo(host, String(wanted.port), &hints, &list)
        guard code == 0 else {
            throw HTTPServerError(address: wanted, reason: String(cString: gai_strerror(code)))
        }
        defer { freeaddrinfo(list) }

        // With every address wanted, an IPv6 socket takes IPv4 too; hence IPv6 first.
        var candidates = Array(sequence(first: list, next: { $0?.pointee.ai_next }).compactMap { $0?.pointee })
        if host.isEmpty { candidates.sort { $0.ai_family == AF_INET6 && $1.ai_family != AF_INET6 } }
        var reason = "no address"
        for candidate in candidates {
            if let bound = Self.bind(candidate, everyAddress: host.isEmpty) {
                descriptor = bound
                address = ListenAddress(host: host, port: Self.port(of: bound))
                return
            }
            reason = String(cString: strerror(errno))
        }
        throw HTTPServerError(address: wanted, reason: reason)
    }

    private static func bind(_ info: addrinfo, everyAddress: Bool) -> Int32? {
        let type = info.ai_socktype | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(info.ai_family, type, info.ai_protocol)
        guard descriptor >= 0 else { return nil }
        var on: Int32 = 1
        var off: Int32 = 0
        let size = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, size)
        if everyAddress, info.ai_family == AF_INET6 {
            setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &off, size)
        }
        guard Glibc.bind(descriptor, info.ai_addr, info.ai_addrlen) == 0, listen(descriptor, 64) == 0 else {
            let reason = errno
            close(descriptor)
            errno = reason
            return nil
        }
        return descriptor
    }

    private static func port(of descriptor: Int32) -> UInt16 {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutableBytes(of: &storage) { bytes in
            guard let base = bytes.baseAddress else { return 0 }
            guard getsockname(descriptor, base.assumingMemoryBound(to: sockaddr.self), &length) == 0 else { return 0 }
            // The port stands at byte 2 of sockaddr_in and of sockaddr_in6 alike.
            return UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
        }
    }
}
