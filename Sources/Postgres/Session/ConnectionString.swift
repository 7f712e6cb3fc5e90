import CPQ

/// A connection string as libpq itself reads it: `postgresql://...` or `name=value ...`.
///
/// What is a secret is libpq's own judgement (its options of display form `*`), so that no form of writing a password
/// slips through. Errors quote nothing of the text: where it cannot be read, anything in it may be a password.
package struct ConnectionString: Sendable {
    private struct Option {
        var name: String
        var value: String
        var isSecret: Bool
    }

    /// What stands in place of a secret.
    package static let mask = "********"

    private let isURL: Bool
    private let options: [Option]

    /// Reads a connection string, and refuses what libpq would refuse before it connects: an encoding, a parameter, a
    /// port or a mode that it does not know. No server is asked.
    ///
    /// - Throws: `PostgresError` that says what is wrong and quotes nothing.
    package init(_ text: String) throws(PostgresError) {
        isURL = text.hasPrefix("postgresql://") || text.hasPrefix("postgres://")
        guard isURL || text.contains("=") else {
            throw Self.refusal(text.contains("://") ? "is a URL of something else" : "is not a URL")
        }
        var reason: UnsafeMutablePointer<CChar>?
        guard let list = PQconninfoParse(text, &reason) else {
            defer { PQfreemem(reason) }
            throw Self.refusal(Self.explain(reason.map { String(cString: $0) } ?? "out of memory"))
        }
        defer { PQconninfoFree(list) }
        var options: [Option] = []
        var next = list
        while let keyword = next.pointee.keyword {
            if let value = next.pointee.val {
                let display = next.pointee.dispchar.map { String(cString: $0) } ?? ""
                let name = String(cString: keyword)
                options.append(Option(name: name, value: String(cString: value), isSecret: display == "*"))
            }
            next += 1
        }
        self.options = options
        try checkNumbers()
        try checkName()
        try checkModes()
    }

    /// Why a text is no connection string that libpq would take, in words that quote nothing of it; nil where it is one.
    package static func complaint(about text: String) -> String? {
        do throws(PostgresError) {
            _ = try ConnectionString(text)
            return nil
        } catch {
            return String(error.message.dropFirst(Self.subject.count))
        }
    }

    private static let subject = "the connection string "

    /// The string in its own form, rebuilt from what libpq has read, with each secret masked.
    package var shown: String {
        isURL ? shownURL : options.map { "\($0.name)=\(Self.quoted(visible($0)))" }.joined(separator: " ")
    }

    /// A message with the string's secrets masked, should the library or the server quote them.
    package func withoutSecrets(_ message: String) -> String {
        options.filter { $0.isSecret && $0.value.count > 3 }.reduce(message) {
            $0.replacing($1.value, with: Self.mask)
        }
    }

    private func visible(_ option: Option) -> String { option.isSecret ? Self.mask : option.value }

    private func value(_ name: String) -> String? { options.first { $0.name == name }?.value }
}

// MARK: - As it is shown

extension ConnectionString {
    private var shownURL: String {
        var rest = options
        func take(_ name: String) -> String? {
            rest.firstIndex { $0.name == name }.map { visible(rest.remove(at: $0)) }
        }
        var text = "postgresql://"
        let (user, password) = (take("user"), take("password"))
        if let user { text += Self.encoded(user) }
        if let password { text += ":\(password)" }
        if user != nil || password != nil { text += "@" }
        text += authority(&rest)
        if let name = take("dbname") { text += "/\(Self.encoded(name))" }
        let parameters = rest.map { "\($0.name)=\($0.isSecret ? Self.mask : Self.encoded($0.value))" }
        return parameters.isEmpty ? text : "\(text)?\(parameters.joined(separator: "&"))"
    }

    /// `host:port,host:port`, taken out of the options where it can be written so.
    private func authority(_ rest: inout [Option]) -> String {
        let hosts = (value("host") ?? "").split(separator: ",", omittingEmptySubsequences: false)
        let ports = value("port")?.split(separator: ",", omittingEmptySubsequences: false)
        guard value("host") != nil || ports?.count == 1, ports == nil || ports?.count == hosts.count else { return "" }
        rest.removeAll { $0.name == "host" || $0.name == "port" }
        return hosts.enumerated().map { index, host in
            let name = host.contains(":") ? "[\(host)]" : Self.encoded(String(host))
            return ports.map { "\(name):\($0[index])" } ?? name
        }.joined(separator: ",")
    }

    private static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let character = Character(UnicodeScalar(byte))
            let isPlain = byte < 128 && (character.isLetter || character.isNumber || "-._~".contains(character))
            let digits = String(byte, radix: 16, uppercase: true)
            return isPlain ? String(character) : "%\(digits.count < 2 ? "0" : "")\(digits)"
        }.joined()
    }

    private static func quoted(_ text: String) -> String {
        guard text.isEmpty || text.contains(where: { $0.isWhitespace || $0 == "'" || $0 == "\\" }) else { return text }
        return "'\(text.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))'"
    }
}

// MARK: - What libpq refuses

extension ConnectionString {
    /// libpq reads numbers when it connects, and then quotes them: a password with a `/` that is not written as `%2F`
    /// begins as a port.
    private func checkNumbers() throws(PostgresError) {
        if let text = value("port"), !text.isEmpty {
            let ports = text.split(separator: ",", omittingEmptySubsequences: false)
            guard ports.allSatisfy({ $0.isEmpty || (1...65535).contains(Int($0) ?? 0) }) else {
                throw Self.refusal("has a port that is no number from 1 to 65535 (in a password write / as %2F)")
            }
            let hosts = (value("host") ?? value("hostaddr") ?? "").split(
                separator: ",",
                omittingEmptySubsequences: false
            )
            guard ports.count == 1 || ports.count == hosts.count else {
                throw Self.refusal("has \(ports.count) ports for \(hosts.count) hosts")
            }
        }
        let numbers = [
            "connect_timeout", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count",
            "tcp_user_timeout",
        ]
        for name in numbers {
            guard let text = value(name), Int32(text.trimmingWhitespace()) == nil else { continue }
            throw Self.refusal("sets \(name) to what is no whole number")
        }
    }

    /// A database's name that holds the end of a password (`u:1/2@h/d`), or a second string that libpq does not expand.
    private func checkName() throws(PostgresError) {
        guard let name = value("dbname") else { return }
        if name.contains("://") || (name.contains("password") && name.contains("=")) {
            throw Self.refusal("holds a connection string in dbname; give only that one")
        }
        if isURL, name.contains("@") {
            throw Self.refusal("has an @ in the database's name; in a password write / as %2F")
        }
    }

    /// Asks libpq, with a socket that is not there in place of the host: what it says before it looks for the socket is
    /// about the other words.
    private func checkModes() throws(PostgresError) {
        let nowhere = "/trifid-asks-no-server"
        let place = ["host", "hostaddr", "port"]
        let words =
            options.filter { !place.contains($0.name) } + [Option(name: "host", value: nowhere, isSecret: false)]
        let connection = withCStrings(words.map(\.name)) { keys in
            withCStrings(words.map(\.value)) { values in PQconnectStartParams(keys, values, 0) }
        }
        defer { PQfinish(connection) }
        guard let connection, PQstatus(connection) == CONNECTION_BAD else { return }
        let message = String(cString: PQerrorMessage(connection))
        // A local socket is also no place for what gssencmode may require.
        guard !message.contains(nowhere), !message.contains("local socket") else { return }
        throw Self.refusal(Self.explain(message))
    }

    private static func refusal(_ reason: String) -> PostgresError {
        PostgresError(
            kind: .cannotConnect,
            message: subject + reason,
            context: "reading postgres.url",
            advice: PostgresError.urlAdvice
        )
    }

    /// libpq's reason without what it quotes.
    private static func explain(_ message: String) -> String {
        let known: [(String, String)] = [
            ("percent-encoded token", "has a % that two hexadecimal digits do not follow; write % as %25"),
            ("forbidden value %00", "has a %00"),
            ("IPv6", "has a [ whose ] is missing, or no address in between"),
            ("query separator", "has a parameter after ? without = or with two; write = as %3D"),
            ("key/value separator", "has a parameter after ? without = or with two; write = as %3D"),
            ("URI query parameter", "has a parameter after ? that libpq does not know"),
            ("unexpected character", "has something else than :, / or ? after the host"),
            ("unexpected spaces", "has a space; write %20"),
            ("invalid connection option", "has a name that libpq does not know; put a value with spaces in '...'"),
            ("missing \"=\"", "has a word without =; put a value with spaces in '...'"),
            ("unterminated quoted", "has a ' that is not closed"),
        ]
        if let (_, words) = known.first(where: { message.contains($0.0) }) { return words }
        let head = message.prefix { $0 != "\"" }.trimmingWhitespace()
        return "is refused by libpq: \(head.hasSuffix(":") ? String(head.dropLast()) : head)"
    }
}
