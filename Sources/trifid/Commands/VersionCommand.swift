import Ground
import Service

/// `trifid version`
struct VersionCommand: Command {
    static let name = "version"
    static let summary = "Print the version, how it was built, and the libraries that it runs with"
    static let discussion = "The libraries' versions are those of the files that are loaded, not of the headers."
    static let examples = ["trifid version --json"]

    @Flag("--json", "Print one JSON object.")
    var json: Bool

    func run() throws -> ExitStatus {
        let libraries = LinkedLibraries.versions
        if json {
            StandardOutput.print(
                [
                    "version": .string(BuildInformation.version),
                    "build": .string(BuildInformation.configuration),
                    "swift": .string(BuildInformation.compiler),
                    "architecture": .string(BuildInformation.architecture),
                    "libraries": .object(libraries.map { JSONValue.Member($0.name, .string($0.version)) }),
                ]
            )
            return .done
        }
        StandardOutput.print("trifid \(BuildInformation.version)")
        let rows =
            [
                ("build", "\(BuildInformation.configuration), \(BuildInformation.architecture)"),
                ("Swift", BuildInformation.compiler),
            ] + libraries.map { ($0.name, $0.version) }
        for (name, value) in rows {
            StandardOutput.print("  \(name)\(String(repeating: " ", count: max(1, 16 - name.count)))\(value)")
        }
        return .done
    }
}
