public import Ground

/// One thing that is wrong with a configuration: which key, where, what stands there and what may.
public struct ConfigurationProblem: Sendable, Equatable, CustomStringConvertible {
    /// Whether the configuration can be used all the same.
    public enum Severity: String, Sendable {
        case error
        case warning
    }

    /// Whether the configuration can be used all the same.
    public let severity: Severity
    /// Where it stands: a file, an environment variable, the command line.
    public let origin: String
    /// Line in the file, from 1; nil elsewhere.
    public let line: Int?
    /// Path of the key, as `kafka.brokers`; empty where the file as a whole is meant.
    public let key: String
    /// What stands there.
    public let value: String?
    /// What is wrong.
    public let message: String
    /// What is allowed.
    public let allowed: String?
    /// What was probably meant, or what to do.
    public let suggestion: String?

    init(
        _ severity: Severity = .error,
        origin: String,
        line: Int? = nil,
        key: String = "",
        value: String? = nil,
        _ message: String,
        allowed: String? = nil,
        suggestion: String? = nil
    ) {
        self.severity = severity
        self.origin = origin
        self.line = line
        self.key = key
        self.value = value
        self.message = message
        self.allowed = allowed
        self.suggestion = suggestion
    }

    /// One line: `trifid.yaml:12: input.from: 'yesterday' is not ...; allowed: ...`.
    public var description: String {
        var text = origin
        if let line { text += ":\(line)" }
        if severity == .warning { text += ": warning" }
        if !key.isEmpty { text += ": \(key)" }
        text += ": "
        if let value { text += "\(value) " }
        text += message
        if let allowed { text += "; allowed: \(allowed)" }
        if let suggestion { text += "; \(suggestion)" }
        return text
    }

    /// All of it as JSON.
    public var json: JSONValue {
        [
            "severity": .string(severity.rawValue), "origin": .string(origin),
            "line": line.map { .integer(Int64($0)) } ?? .null, "key": .string(key), "value": .optional(value),
            "message": .string(message), "allowed": .optional(allowed), "suggestion": .optional(suggestion),
        ]
    }
}

/// A configuration that is refused, with everything that is wrong with it.
public struct ConfigurationError: Error, CustomStringConvertible {
    /// At least one of severity error.
    public let problems: [ConfigurationProblem]

    /// A refusal with its reasons.
    public init(_ problems: [ConfigurationProblem]) {
        self.problems = problems
    }

    /// One problem a line.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
