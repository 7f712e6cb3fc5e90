/// Versions that stand in the names of schemas, as Rubin's and ELAsTiCC's do: `lsst.v10_0.alert` is 10.0.
enum SchemaVersion {
    /// The version in a full name `<prefix>.v<digits and underscores>.alert`; nil where the name is another.
    static func version(inName name: String, prefix: String) -> String? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == prefix, parts[2] == "alert", parts[1].first == "v" else { return nil }
        let version = parts[1].dropFirst()
        guard version.first?.isNumber == true, version.allSatisfy({ $0 == "_" || $0.isNumber }) else { return nil }
        return version.map { $0 == "_" ? "." : String($0) }.joined()
    }
}
