package import Ground
import Service

/// One thing that is wrong with a configuration: which key, where, what stands there and what may.
package struct ConfigurationProblem: Sendable, Equatable, CustomStringConvertible {
    /// Whether the configuration can be used all the same.
    package enum Severity: String, Sendable {
        case error
        case warning
    }

    /// Whether the configuration can be used all the same.
    package let severity: Severity
    /// Where it stands: a file, an environment variable, the command line.
    package let origin: String
    /// Line in the file, from 1; nil elsewhere.
    package let line: Int?
    /// Path of the key, as `kafka.brokers`; empty where the file as a whole is meant.
    package let key: String
    /// What stands there.
    package let value: String?
    /// What is wrong.
    package let message: String
    /// What is allowed.
    package let allowed: String?
    /// What was probably meant, or what to do.
    package let suggestion: String?

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
    package var description: String {
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
    package var json: JSONValue {
        [
            "severity": .string(severity.rawValue), "origin": .string(origin),
            "line": line.map { .integer(Int64($0)) } ?? .null, "key": .string(key), "value": .optional(value),
            "message": .string(message), "allowed": .optional(allowed), "suggestion": .optional(suggestion),
        ]
    }
}

/// A configuration that is refused, with everything that is wrong with it.
package struct ConfigurationError: Error, CustomStringConvertible {
    /// At least one of severity error.
    package let problems: [ConfigurationProblem]

    /// A refusal with its reasons.
    package init(_ problems: [ConfigurationProblem]) {
        self.problems = problems
    }

    /// One problem a line.
    package var description: String { problems.map(\.description).joined(separator: "\n") }
}
