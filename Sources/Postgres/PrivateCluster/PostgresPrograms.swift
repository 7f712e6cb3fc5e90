import Glibc

/// Where the server's programs are, and as whom they run.
struct PostgresPrograms {
    /// The folder that holds `initdb` and `postgres`.
    let folder: String

    /// Looks in `/usr/lib/postgresql/*/bin`, the newest version first, then along `PATH`.
    static func find() throws -> PostgresPrograms {
        let base = "/usr/lib/postgresql"
        let versions = names(in: base).sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        let candidates = versions.map { "\(base)/\($0)/bin" } + path.split(separator: ":").map(String.init)
        for folder in candidates
        where access("\(folder)/initdb", X_OK) == 0 && access("\(folder)/postgres", X_OK) == 0 {
            return PostgresPrograms(folder: folder)
        }
        throw PostgresError(
            kind: .cluster,
            message: "no PostgreSQL server programs (initdb, postgres) in \(base)/*/bin or on PATH",
            advice: "install them: apt-get install postgresql-15 postgresql-15-q3c"
        )
    }

    /// PostgreSQL refuses to run as root: then its programs run as user `postgres`, which the Debian package makes.
    static func unprivilegedUser() throws -> (prefix: [String], user: uid_t, group: gid_t)? {
        guard geteuid() == 0 else { return nil }
        guard let entry = getpwnam("postgres") else {
            throw PostgresError(
                kind: .cluster,
                message: "PostgreSQL does not run as root, and there is no user postgres to run it as",
                advice: "install the package postgresql-common, which makes the user, or run as another user"
            )
        }
        let (user, group) = (entry.pointee.pw_uid, entry.pointee.pw_gid)
        return (["setpriv", "--reuid=\(user)", "--regid=\(group)", "--clear-groups"], user, group)
    }

    /// The names in a folder, none where it cannot be read.
    static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
