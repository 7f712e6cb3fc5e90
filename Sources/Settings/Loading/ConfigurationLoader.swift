internal import Glibc
internal import Ground
import Service

/// Puts a configuration together: defaults, then the file, then the environment, then the command line.
///
/// It goes on after a problem, so that one run names all of them.
package struct ConfigurationLoader {
    /// What came out so far.
    package private(set) var configuration = Configuration()
    /// Everything that is wrong so far.
    package private(set) var problems: [ConfigurationProblem] = []

    private let check: Check

    /// What the modules above this one find wrong with a configuration, as names that only they know.
    package typealias Check = (Configuration) -> [ConfigurationProblem]

    /// A loader that holds the defaults.
    ///
    /// - Parameter check: asked at the end of ``loadAll(file:environment:assignments:)``.
    package init(check: @escaping Check = { _ in [] }) {
        self.check = check
    }

    /// Loads everything at once.
    ///
    /// - Parameters:
    ///   - file: path of a YAML file, or nil for none.
    ///   - environment: variables by name; those that begin with `TRIFID_` and name a key count.
    ///   - assignments: `path=value` from the command line.
    ///   - check: what the modules above this one find wrong.
    /// - Throws: `ConfigurationError` where anything is wrong.
    package static func load(
        file: String?,
        environment: [String: String],
        assignments: [String] = [],
        check: @escaping Check = { _ in [] }
    ) throws -> (configuration: Configuration, warnings: [ConfigurationProblem]) {
        var loader = ConfigurationLoader(check: check)
        loader.loadAll(file: file, environment: environment, assignments: assignments)
        guard !loader.problems.contains(where: { $0.severity == .error }) else {
            throw ConfigurationError(loader.problems)
        }
        return (loader.configuration, loader.problems)
    }

    /// Loads everything at once and keeps what is wrong in `problems`.
    package mutating func loadAll(file: String?, environment: [String: String], assignments: [String] = []) {
        if let file { load(file: file) }
        load(environment: environment)
        for assignment in assignments { load(assignment: assignment) }
        problems += ConfigurationConsistency.problems(in: configuration) + check(configuration)
    }

    /// Reads a YAML file.
    package mutating func load(file path: String) {
        do throws(FileError) {
            load(yaml: try FileContents.read(path, maximum: YAMLParser.maximumBytes), named: path)
        } catch {
            problems.append(ConfigurationProblem(origin: path, "cannot be read: \(error.reason)"))
        }
    }

    /// Reads YAML text; `name` stands in the problems.
    package mutating func load(yaml text: [UInt8], named name: String) {
        do throws(YAMLError) {
            guard let root = try YAMLParser.parse(text), !root.isNull else { return }
            guard case .mapping(let entries) = root.content else {
                let line = root.place?.line
                problems.append(
                    ConfigurationProblem(origin: name, line: line, "a configuration is a mapping of keys to values")
                )
                return
            }
            load(entries, under: "", file: name)
        } catch {
            let message = "column \(error.column): \(error.message)"
            problems.append(ConfigurationProblem(origin: name, line: error.line, message))
        }
    }

    private mutating func load(_ entries: [YAMLNode.Entry], under prefix: String, file: String) {
        for entry in entries {
            let path = prefix + entry.key
            let line = entry.keyPlace.line
            if let key = ConfigurationKeys.key(path) {
                let source = Configuration.Source.file(file, line: entry.value.place?.line ?? line)
                set(key, from: source) { () throws(ConfigurationMismatch) in try key.parse(entry.value) }
            } else if ConfigurationKeys.sectionPaths.contains(path) {
                if case .mapping(let inner) = entry.value.content {
                    load(inner, under: path + ".", file: file)
                } else if !entry.value.isNull {
                    problems.append(
                        ConfigurationProblem(
                            origin: file,
                            line: line,
                            key: path,
                            // A value in the wrong place may hold a password all the same.
                            value: Self.mayHoldSecret(section: path) ? "the value" : entry.value.excerpt,
                            "is not a section; its keys belong under it, indented"
                        )
                    )
                }
            } else {
                problems.append(
                    ConfigurationProblem(
                        origin: file,
                        line: line,
                        key: path,
                        "there is no such key",
                        suggestion: Self.suggestion(for: path)
                    )
                )
            }
        }
    }

    /// Reads overrides from environment variables.
    package mutating func load(environment: [String: String]) {
        let keys = Dictionary(uniqueKeysWithValues: ConfigurationKeys.all.map { ($0.environmentVariable, $0) })
        for (name, text) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix("TRIFID_") {
            if let key = keys[name] {
                set(key, from: .environment(name)) { () throws(ConfigurationMismatch) in try key.parse(text: text) }
            } else if let section = Self.section(ofVariable: name) {
                // Others may use the prefix for their own ends (a Kubernetes service named trifid does), hence no error.
                let nearest = Spelling.nearest(to: name, among: keys.keys.sorted())
                problems.append(
                    ConfigurationProblem(
                        .warning,
                        origin: name,
                        "no key of the section '\(section)' has this variable",
                        suggestion: nearest.map { "did you mean \($0)?" }
                    )
                )
            }
        }
    }

    /// Reads `path=value` from the command line.
    package mutating func load(assignment: String) {
        let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else {
            problems.append(
                ConfigurationProblem(
                    origin: "command line",
                    value: Self.isPath(assignment) ? "'\(assignment)'" : "what is given to --set",
                    "is not KEY=VALUE"
                )
            )
            return
        }
        guard let key = ConfigurationKeys.key(parts[0]) else {
            problems.append(
                ConfigurationProblem(
                    origin: "command line",
                    key: Self.isPath(parts[0]) ? parts[0] : "",
                    "there is no such key",
                    suggestion: Self.suggestion(for: parts[0])
                )
            )
            return
        }
        set(key, from: .commandLine) { () throws(ConfigurationMismatch) in try key.parse(text: parts[1]) }
    }

    private mutating func set(
        _ key: any AnyConfigurationKey,
        from source: Configuration.Source,
        _ parse: () throws(ConfigurationMismatch) -> any ConfigurationValue
    ) {
        do throws(ConfigurationMismatch) {
            configuration.set(key, to: try parse(), from: source)
        } catch {
            var line = error.node.place?.line
            let origin: String
            switch source {
            case .file(let name, let fileLine):
                origin = name
                line = line ?? fileLine
            default: origin = source.description
            }
            problems.append(
                ConfigurationProblem(
                    origin: origin,
                    line: line,
                    key: key.path,
                    // A wrong value may hold a password all the same, and a URL wherever it stands.
                    value: key.mayHoldSecret || error.node.excerpt.contains("@") ? "the value" : error.node.excerpt,
                    error.complaint,
                    allowed: key.allowed
                )
            )
        }
    }

    private static func mayHoldSecret(section path: String) -> Bool {
        ConfigurationKeys.all.contains { $0.mayHoldSecret && $0.path.hasPrefix(path + ".") }
    }

    /// Whether a text looks like the path of a key; else it is not quoted, for it may be a URL with a password.
    private static func isPath(_ text: String) -> Bool {
        text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
    }

    private static func section(ofVariable name: String) -> String? {
        let rest = name.dropFirst("TRIFID_".count)
        return ConfigurationKeys.sectionPaths.sorted().first { rest.hasPrefix($0.uppercased() + "_") }
    }

    static func suggestion(for path: String) -> String? {
        let paths = ConfigurationKeys.all.map(\.path) + ConfigurationKeys.sectionPaths.sorted()
        let name = path.split(separator: ".").last.map(String.init) ?? path
        let elsewhere = ConfigurationKeys.all.first { $0.name == name }?.path
        let nearest = elsewhere ?? Spelling.nearest(to: path, among: paths)
        return nearest.map { "did you mean \($0)?" } ?? "`trifid config keys` lists them"
    }
}
