package import Ground
package import Service

/// One setting: where it stands in the file, its type and default, what is allowed, and what it does.
///
/// A key is declared once, in `ConfigurationKeys`; parsing, checks, `trifid config keys` and `Config/trifid.yaml` all
/// come from there.
package struct ConfigurationKey<Value: ConfigurationValue>: Sendable {
    /// Path in the file, as `kafka.brokers`.
    package let path: String
    /// Value where nobody sets one.
    package let defaultValue: Value
    /// What is allowed, for people: "1 to 100000".
    package let allowed: String
    /// What the setting does: whole sentences.
    package let documentation: String
    /// What is wrong with a value of the right type; nil where it is fine.
    let check: @Sendable (Value) -> String?
    /// The value with its secrets masked, for showing it; nil where it cannot hold any.
    let mask: (@Sendable (Value) -> Value)?

    init(
        _ path: String,
        default defaultValue: Value,
        allowed: String? = nil,
        check: @escaping @Sendable (Value) -> String? = { _ in nil },
        mask: (@Sendable (Value) -> Value)? = nil,
        _ documentation: String
    ) {
        self.path = path
        self.defaultValue = defaultValue
        self.allowed = allowed ?? Value.allowed
        self.check = check
        self.mask = mask
        self.documentation = documentation
    }
}

extension ConfigurationKey where Value: Comparable {
    init(_ path: String, default defaultValue: Value, in range: ClosedRange<Value>, _ documentation: String) {
        self.init(
            path,
            default: defaultValue,
            allowed: "\(range.lowerBound.yamlText) to \(range.upperBound.yamlText)",
            check: { range.contains($0) ? nil : "is out of range" },
            documentation
        )
    }
}

/// A key without its type, for the table of all keys.
package protocol AnyConfigurationKey: Sendable {
    /// Path in the file, as `kafka.brokers`.
    var path: String { get }
    /// What is allowed, for people.
    var allowed: String { get }
    /// What the setting does.
    var documentation: String { get }
    /// Default as it would stand in the file.
    var defaultText: String { get }
    /// Default as JSON.
    var defaultJSON: JSONValue { get }

    /// The typed value of a node, checked.
    func parse(_ node: YAMLNode) throws(ConfigurationMismatch) -> any ConfigurationValue
    /// The typed value of a text from the environment or the command line, checked.
    func parse(text: String) throws(ConfigurationMismatch) -> any ConfigurationValue
    /// A value as it may be shown: secrets masked.
    func masked(_ value: any ConfigurationValue) -> any ConfigurationValue
    /// Whether a value can hold a password.
    var mayHoldSecret: Bool { get }
    /// The key's default value.
    var anyDefault: any ConfigurationValue { get }
}

extension AnyConfigurationKey {
    /// The environment variable that overrides the key: `TRIFID_KAFKA_BROKERS` for `kafka.brokers`.
    package var environmentVariable: String {
        "TRIFID_" + path.uppercased().map { $0 == "." ? "_" : String($0) }.joined()
    }

    /// The last part of the path: `brokers` of `kafka.brokers`.
    package var name: String { String(path.split(separator: ".").last ?? "") }
}

extension ConfigurationKey: AnyConfigurationKey {
    /// Default as it would stand in the file.
    package var defaultText: String { defaultValue.yamlText }
    /// Default as JSON.
    package var defaultJSON: JSONValue { defaultValue.json }
    /// Default without its type.
    package var anyDefault: any ConfigurationValue { defaultValue }
    /// Whether a value can hold a password.
    package var mayHoldSecret: Bool { mask != nil }

    /// The typed value of a node, checked.
    package func parse(_ node: YAMLNode) throws(ConfigurationMismatch) -> any ConfigurationValue {
        try checked(try Value(node), node)
    }

    /// The typed value of a text, checked.
    package func parse(text: String) throws(ConfigurationMismatch) -> any ConfigurationValue {
        let node = try Value.node(fromText: text)
        return try checked(try Value(node), node)
    }

    /// A value with its secrets masked.
    package func masked(_ value: any ConfigurationValue) -> any ConfigurationValue {
        guard let mask, let value = value as? Value else { return value }
        return mask(value)
    }

    private func checked(_ value: Value, _ node: YAMLNode) throws(ConfigurationMismatch) -> Value {
        guard let complaint = check(value) else { return value }
        throw ConfigurationMismatch(node, complaint)
    }
}

/// Why a node is not a value of its key.
package struct ConfigurationMismatch: Error {
    let node: YAMLNode
    let complaint: String

    init(_ node: YAMLNode, _ complaint: String) {
        self.node = node
        self.complaint = complaint
    }
}
