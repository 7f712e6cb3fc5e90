/// The URL of a schema registry, taken apart so far that its secrets are known.
package struct RegistryURL {
    private let scheme: String
    /// `user:password` where there is one.
    private let userInformation: Substring?
    /// Host and port.
    private let host: Substring
    /// The path, with whatever follows it.
    private let rest: Substring

    /// nil for what is no HTTP URL.
    init?(_ text: String) {
        let lowered = text.lowercased()
        guard let scheme = ["http://", "https://"].first(where: { lowered.hasPrefix($0) && text.count > $0.count })
        else { return nil }
        self.scheme = scheme
        let tail = text.dropFirst(scheme.count)
        let authority = tail.prefix { !"/?#".contains($0) }
        // The last @ of the whole ends what may be a password: with a /, ? or # in it, it is none to libcurl, but it is
        // still not to be shown.
        if let at = tail.lastIndex(of: "@") {
            userInformation = tail[..<at]
            let after = tail[tail.index(after: at)...]
            host = after.prefix { !"/?#".contains($0) }
            rest = after[host.endIndex...]
        } else {
            userInformation = nil
            host = authority
            rest = tail[authority.endIndex...]
        }
    }

    /// Why a text is no URL of a registry, in words that quote nothing of it; nil where it is one.
    package static func complaint(about text: String) -> String? {
        guard let parts = RegistryURL(text) else { return "is not an HTTP URL" }
        return parts.complaint
    }

    /// What is wrong with it; quotes nothing.
    var complaint: String? {
        if let userInformation, userInformation.contains(where: { "/?#@".contains($0) }) {
            return "has a /, ?, # or @ before the last @; in a password write %2F, %3F, %23, %40"
        }
        if rest.contains(where: { "?#".contains($0) }) { return "has a ? or #, and a registry has only a path" }
        let afterAddress = host.lastIndex(of: "]").map { host[host.index(after: $0)...] } ?? host
        let port = afterAddress.split(separator: ":", omittingEmptySubsequences: false).dropFirst()
        let isPort = port.isEmpty || (port.count == 1 && (1...65535).contains(port.first.flatMap { Int($0) } ?? 0))
        if !isPort { return "has a port that is no number from 1 to 65535" }
        return afterAddress.hasPrefix(":") && !host.hasPrefix("[") || host.isEmpty ? "has no host" : nil
    }

    /// The URL with its password masked; a user without one may be a token, and is masked too. What follows a ? or # is
    /// not shown.
    var shown: String {
        let path = rest.prefix { !"?#".contains($0) }
        let tail = path.count < rest.count ? "\(path)\(rest[path.endIndex])\(SettingChecks.mask)" : String(path)
        guard let userInformation else { return scheme + host + tail }
        guard complaint == nil, let colon = userInformation.firstIndex(of: ":") else {
            return "\(scheme)\(SettingChecks.mask)@\(host)\(tail)"
        }
        return "\(scheme)\(userInformation[...colon])\(SettingChecks.mask)@\(host)\(tail)"
    }
}
