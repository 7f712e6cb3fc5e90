/// The effective configuration: every key's value and where it comes from.
///
/// Values are read by their path, typed: `configuration.kafka.brokers`, `configuration.model`.
@dynamicMemberLookup
package struct Configuration: Sendable {
    /// Where a value comes from. A later one overrides an earlier one.
    package enum Source: Sendable, Equatable, CustomStringConvertible {
        /// Nobody set it.
        case defaultValue
        /// The configuration file, at a line.
        case file(String, line: Int)
        /// An environment variable.
        case environment(String)
        /// `--set` on the command line.
        case commandLine

        /// The source as `config show` writes it.
        package var description: String {
            switch self {
            case .defaultValue: "default"
            case .file(let name, let line): "\(name):\(line)"
            case .environment(let variable): variable
            case .commandLine: "command line"
            }
        }
    }

    private var values: [String: (value: any ConfigurationValue, source: Source)] = [:]

    /// The defaults.
    package init() {}

    /// The section of that name: `configuration.kafka`.
    package subscript<Section: ConfigurationSection>(
        dynamicMember path: KeyPath<ConfigurationKeys, Section>
    ) -> ConfigurationSectionValues<Section> {
        ConfigurationSectionValues(configuration: self, section: ConfigurationKeys.table[keyPath: path])
    }

    /// The value of a key that stands in no section: `configuration.model`.
    package subscript<Value: ConfigurationValue>(
        dynamicMember path: KeyPath<ConfigurationKeys, ConfigurationKey<Value>>
    ) -> Value {
        self[ConfigurationKeys.table[keyPath: path]]
    }

    /// The value of a key.
    package subscript<Value: ConfigurationValue>(key: ConfigurationKey<Value>) -> Value {
        guard let entry = values[key.path], let value = entry.value as? Value else { return key.defaultValue }
        return value
    }

    /// Where the value of a key comes from.
    package func source(of key: any AnyConfigurationKey) -> Source {
        values[key.path]?.source ?? .defaultValue
    }

    /// The value of a key with its secrets masked.
    package func shown(_ key: any AnyConfigurationKey) -> any ConfigurationValue {
        key.masked(values[key.path]?.value ?? key.anyDefault)
    }

    mutating func set(_ key: any AnyConfigurationKey, to value: any ConfigurationValue, from source: Source) {
        values[key.path] = (value, source)
    }
}

/// The values of one section.
@dynamicMemberLookup
package struct ConfigurationSectionValues<Section: ConfigurationSection>: Sendable {
    let configuration: Configuration
    let section: Section

    /// The value of a key: `configuration.kafka.brokers`.
    package subscript<Value: ConfigurationValue>(
        dynamicMember path: KeyPath<Section, ConfigurationKey<Value>>
    ) -> Value {
        configuration[section[keyPath: path]]
    }

    /// A section within the section: `configuration.annotation.bogusBelow`.
    package subscript<Inner: ConfigurationSection>(
        dynamicMember path: KeyPath<Section, Inner>
    ) -> ConfigurationSectionValues<Inner> {
        ConfigurationSectionValues<Inner>(configuration: configuration, section: section[keyPath: path])
    }
}

/// The table of keys as a tree that can be walked.
extension ConfigurationKeys {
    /// A key, or a section with what stands in it.
    package enum Item: Sendable {
        case key(any AnyConfigurationKey)
        case section(path: String, documentation: String, [Item])
    }

    /// Everything in the order of declaration.
    package static let items: [Item] = items(of: table)

    /// All keys in the order of declaration.
    package static let all: [any AnyConfigurationKey] = flatten(items)

    /// The key at a path.
    package static func key(_ path: String) -> (any AnyConfigurationKey)? { byPath[path] }

    /// Paths of all sections.
    static let sectionPaths: Set<String> = Set(sections(items))

    private static let byPath = Dictionary(uniqueKeysWithValues: all.map { ($0.path, $0) })

    // The stored properties are the declaration; there is no second list to keep.
    private static func items(of section: Any) -> [Item] {
        Mirror(reflecting: section).children.compactMap { child in
            if let key = child.value as? any AnyConfigurationKey { return .key(key) }
            guard let inner = child.value as? any ConfigurationSection else { return nil }
            let type = type(of: inner)
            return .section(path: type.path, documentation: type.documentation, items(of: inner))
        }
    }

    private static func flatten(_ items: [Item]) -> [any AnyConfigurationKey] {
        items.flatMap { item in
            switch item {
            case .key(let key): [key]
            case .section(_, _, let inner): flatten(inner)
            }
        }
    }

    private static func sections(_ items: [Item]) -> [String] {
        items.flatMap { item in
            switch item {
            case .key: [String]()
            case .section(let path, _, let inner): [path] + sections(inner)
            }
        }
    }
}
