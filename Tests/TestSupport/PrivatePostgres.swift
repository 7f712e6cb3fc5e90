import Foundation
package import Postgres

/// One private PostgreSQL cluster for all tests of a process, made at the first use and removed at its end; every
/// test takes a database of its own.
package enum PrivatePostgres {
    private static let folder = NSTemporaryDirectory() + "trifid-postgres-\(ProcessInfo.processInfo.processIdentifier)"

    private static let shared: Result<PrivateCluster, any Error> = Result {
        atexit { PrivatePostgres.remove() }
        var options = PrivateCluster.Options()
        options.fsync = false
        options.connections = 100
        return try PrivateCluster(folder: folder, options: options)
    }

    /// The cluster of this process.
    package static func cluster() throws -> PrivateCluster {
        try shared.get()
    }

    /// The URL of a new database, empty or a copy of one that nobody is connected to.
    package static func newDatabase(copying template: String = "template1") throws -> String {
        let name = "test_" + UUID().uuidString.lowercased().filter { $0 != "-" }
        try cluster().createDatabase(name, copying: template)
        return try cluster().url(database: name)
    }

    private static func remove() {
        (try? shared.get())?.stop()
        try? FileManager.default.removeItem(atPath: folder)
    }
}
