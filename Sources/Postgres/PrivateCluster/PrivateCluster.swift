import CPQ
import Glibc
import Ground
import Synchronization

/// A PostgreSQL server of our own in a folder: made at the first start, reached by a unix socket only, gone when this
/// process is.
///
/// The server runs under a small shell that watches its standard input, a socket of this process. That ends with the process, however
/// that dies, and the shell then stops the server; where the shell itself is killed, the kernel stops the server
/// (`PR_SET_PDEATHSIG`; set on the server for the shell, since for a thread of ours it would fire when that ends).
package final class PrivateCluster: Sendable {
    /// How the server is set up.
    package struct Options: Hashable, Sendable {
        /// Whether commits wait for the disk. Off, a crash of the machine (not of the server) may lose the cluster.
        package var fsync = true
        /// The database that is made at the first start.
        package var database = "trifid"
        /// The most sessions.
        package var connections = 50
        /// More settings of `postgresql.conf`.
        package var settings: [String: String] = [:]

        /// The default options.
        package init() {}
    }

    /// The folder of the cluster; `data` and `log` lie in it.
    package let folder: String
    private let options: Options
    private let socketFolder: String
    private let hasOwnSocketFolder: Bool
    private let server = Mutex<ChildProcess?>(nil)

    /// The role that owns the cluster.
    private static let role = "trifid"
    /// `sockaddr_un` holds 107 bytes and a zero.
    private static let longestSocketPath = 107

    /// Makes the cluster where the folder does not hold one, starts it, waits until it answers, and makes the
    /// database. A server of an earlier process of ours that is still ending is waited for.
    package init(folder: String, options: Options = Options()) throws {
        let folder = try Self.prepareFolder(folder)
        self.folder = folder
        self.options = options
        let inside = "\(folder)/socket"
        hasOwnSocketFolder = inside.utf8.count + "/.s.PGSQL.5432".utf8.count <= Self.longestSocketPath
        socketFolder = hasOwnSocketFolder ? inside : try Self.temporaryFolder()
        let programs = try PostgresPrograms.find()
        let unprivileged = try PostgresPrograms.unprivilegedUser()
        try Self.makeOwned("\(folder)/data", unprivileged?.user, unprivileged?.group)
        try Self.makeOwned(socketFolder, unprivileged?.user, unprivileged?.group)
        let prefix = unprivileged?.prefix ?? []
        try initialise(programs, prefix)
        try start(programs, prefix)
        do {
            try createDatabase()
        } catch {
            stop()
            throw error
        }
    }

    deinit {
        stop()
    }

    /// Where to connect: for `PostgresSettings` and `postgres.url`.
    package var url: String { url(database: options.database) }

    /// Where to connect to another database of the cluster.
    package func url(database: String) -> String {
        func quoted(_ text: String) -> String {
            "'" + text.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "'"
        }
        return "host=\(quoted(socketFolder)) port=5432 user=\(Self.role) dbname=\(quoted(database))"
    }

    /// What the server has logged.
    package var log: String { Self.read("\(folder)/log") }

    /// The server's process id, nil where it does not run.
    package var serverProcess: Int32? {
        Self.read("\(folder)/data/postmaster.pid").split(separator: "\n").first.flatMap { pid_t($0) }
            .flatMap { kill($0, 0) == 0 || errno == EPERM ? $0 : nil }
    }

    /// Stops the server: open transactions are rolled back, what was committed is safe. May be called again.
    package func stop() {
        server.withLock { server in
            if let child = server.take() {
                child.hangUp()
                if child.wait(.seconds(30)) == nil {
                    child.killGroup()
                    _ = child.wait(.seconds(5))
                }
            }
            if !hasOwnSocketFolder { rmdir(socketFolder) }
        }
    }
}

// Making and starting.
extension PrivateCluster {
    private func initialise(_ programs: PostgresPrograms, _ prefix: [String]) throws {
        guard access("\(folder)/data/PG_VERSION", F_OK) != 0 else { return }
        let command = [
            "\(programs.folder)/initdb", "--pgdata=\(folder)/data", "--username=\(Self.role)", "--auth=trust",
            "--encoding=UTF8", "--locale=C", "--no-instructions", "--no-sync",
        ]
        let status = try Self.asClusterError { () throws(ChildProcessError) in
            try ChildProcess.run(
                ["sh", "-c", "cd / && exec \"$@\"", "initdb"] + prefix + command,
                output: .file("\(folder)/log"),
                limit: .seconds(120)
            )
        }
        guard status == 0 else {
            throw PostgresError(
                kind: .cluster,
                message: "initdb failed (\(status)): \(lastLines())",
                advice: prefix.isEmpty
                    ? "look at \(folder)/log"
                    : "as root the cluster runs as user postgres: every folder above \(folder) must let it pass"
            )
        }
    }

    private static func asClusterError<Result>(_ body: () throws(ChildProcessError) -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            throw PostgresError(kind: .cluster, message: error.description)
        }
    }

    private func start(_ programs: PostgresPrograms, _ prefix: [String]) throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            let logged = log.utf8.count
            // A server that is still ending holds its lock file or its shared memory: wait for it.
            while let other = serverProcess, ContinuousClock.now < deadline {
                _ = other
                usleep(20_000)
            }
            let child = try Self.asClusterError { () throws(ChildProcessError) in
                try ChildProcess(
                    ["sh", "-c", Self.watch, "trifid-postgres"] + prefix + command(programs),
                    input: .lifeline,
                    output: .file("\(folder)/log")
                )
            }
            while child.poll() == nil {
                if isReady {
                    server.withLock { $0 = child }
                    return
                }
                guard ContinuousClock.now < deadline else {
                    child.hangUp()
                    _ = child.wait(.seconds(10))
                    throw PostgresError(kind: .cluster, message: "the server did not answer: \(lastLines())")
                }
                usleep(20_000)
            }
            let words = String(decoding: Array(log.utf8.dropFirst(logged)), as: UTF8.self)
            guard words.contains("lock file") || words.contains("shared memory block"),
                ContinuousClock.now < deadline
            else {
                throw PostgresError(
                    kind: .cluster,
                    message: "the server did not start: \(lastLines())",
                    advice: "look at \(folder)/log"
                )
            }
            usleep(200_000)
        }
    }

    /// Runs the server in the background, a watcher of the standard input beside it, and ends with the server.
    private static let watch = """
        cd /
        exec 3<&0 </dev/null
        "$@" 3<&- & server=$!
        (read line; kill -INT $server) <&3 2>/dev/null & watcher=$!
        exec 3<&-
        wait $server; status=$?
        kill $watcher 2>/dev/null
        exit $status
        """

    private func command(_ programs: PostgresPrograms) -> [String] {
        var settings = [
            "listen_addresses": "", "port": "5432", "unix_socket_directories": socketFolder,
            "unix_socket_permissions": "0700", "max_connections": "\(options.connections)",
            "max_locks_per_transaction": "256", "shared_buffers": "128MB", "max_wal_size": "2GB",
            "jit": "off", "logging_collector": "off", "log_min_messages": "warning", "log_checkpoints": "off",
            "default_toast_compression": "lz4",
        ]
        if !options.fsync {
            settings.merge(["fsync": "off", "full_page_writes": "off"]) { $1 }
        }
        settings.merge(options.settings) { $1 }
        let words = settings.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
        // A pdeathsig of the child is cleared by a change of user, so it comes after.
        return ["setpriv", "--pdeathsig=INT", "\(programs.folder)/postgres", "-D", "\(folder)/data"] + words
    }

    private var isReady: Bool {
        PQping(url(database: "postgres") + " connect_timeout=2") == PQPING_OK
    }

    private func createDatabase() throws {
        let connection = try PostgresConnection(url(database: "postgres"))
        let name = options.database
        let known = try connection.query("SELECT 1 FROM pg_database WHERE datname = $1", [.text(name)])
        if known.count == 0 { try createDatabase(name, connection) }
    }

    /// Makes another database, empty or as a copy of one to which nobody is connected.
    package func createDatabase(_ name: String, copying template: String = "template1") throws {
        try createDatabase(name, copying: template, try PostgresConnection(url(database: "postgres")))
    }

    private func createDatabase(
        _ name: String,
        copying template: String = "template1",
        _ connection: PostgresConnection
    ) throws {
        func quoted(_ name: String) -> String {
            "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
        }
        try connection.execute("CREATE DATABASE \(quoted(name)) TEMPLATE \(quoted(template))")
    }
}

// Folders and files.
extension PrivateCluster {
    private static func prepareFolder(_ folder: String) throws -> String {
        var path = ""
        var absolute = folder
        if !folder.hasPrefix("/"), let here = getcwd(nil, 0) {
            absolute = String(cString: here) + "/" + folder
            free(here)
        }
        for part in absolute.split(separator: "/") {
            path += "/\(part)"
            if mkdir(path, 0o755) != 0, errno != EEXIST {
                throw PostgresError(
                    kind: .cluster,
                    message: "cannot make the folder \(path): \(String(cString: strerror(errno)))"
                )
            }
        }
        return path
    }

    private static func makeOwned(_ folder: String, _ user: uid_t?, _ group: gid_t?) throws {
        if mkdir(folder, 0o700) != 0, errno != EEXIST {
            throw PostgresError(
                kind: .cluster,
                message: "cannot make the folder \(folder): \(String(cString: strerror(errno)))"
            )
        }
        if let user, let group, chown(folder, user, group) != 0 {
            throw PostgresError(
                kind: .cluster,
                message: "cannot give \(folder) to user postgres: \(String(cString: strerror(errno)))"
            )
        }
    }

    private static func temporaryFolder() throws -> String {
        var template = Array("/tmp/trifid-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw PostgresError(kind: .cluster, message: "cannot make a folder in /tmp for the server's socket")
        }
        return template.withUnsafeBufferPointer { String(decoding: $0.dropLast().map(UInt8.init), as: UTF8.self) }
    }

    private static func read(_ path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk[..<count]
        }
    }

    private func lastLines() -> String {
        log.split(separator: "\n").suffix(5).joined(separator: " | ")
    }
}
