/// Where the HTTP server listens: `127.0.0.1:8080`, `[::1]:8080`, `:9090` on every address, port 0 for any free one.
package struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    /// Host name or address without brackets; empty for every address.
    package let host: String
    /// TCP port.
    package let port: UInt16

    /// An address.
    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Reads `host:port`, `[ipv6]:port` or `:port`.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let port = UInt16(digits) else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]"), host.count > 2 {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
        } else if host.contains(where: { ":[]/ ".contains($0) }) {
            return nil
        }
        self.init(host: String(host), port: port)
    }

    /// The address as it is written.
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
