import Foundation
import Testing

@testable import Postgres

@Suite(.serialized) struct PrivateClusterTests {
    /// Runs `body` with a folder that is removed after it.
    private func withFolder(_ name: String = "cluster", _ body: (String) throws -> Void) throws {
        let base = NSTemporaryDirectory() + "trifid-cluster-test-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: base) }
        try FileManager.default.createDirectory(atPath: base, withIntermediateDirectories: true)
        try body("\(base)/\(name)")
    }

    private func start(_ folder: String) throws -> PrivateCluster {
        var options = PrivateCluster.Options()
        options.fsync = false
        return try PrivateCluster(folder: folder, options: options)
    }

    private func waitForEnd(of process: Int32) -> Bool {
        for _ in 0..<3000 {
            if kill(process, 0) != 0 { return true }
            usleep(10_000)
        }
        return false
    }

    @Test func aStoppedClusterKeepsItsDataAndLeavesNoProcess() throws {
        try withFolder { folder in
            let cluster = try start(folder)
            let process = try #require(cluster.serverProcess)
            try PostgresConnection(cluster.url).execute("CREATE TABLE t AS SELECT 7 AS i")
            cluster.stop()
            cluster.stop()
            #expect(kill(process, 0) != 0)
            #expect(cluster.serverProcess == nil)
            let again = try start(folder)
            #expect(try PostgresConnection(again.url).query("SELECT i FROM t")[0, 0].int32 == 7)
            again.stop()
        }
    }

    @Test func theServerListensOnNoNetwork() throws {
        try withFolder { folder in
            let cluster = try start(folder)
            let connection = try PostgresConnection(cluster.url)
            #expect(try connection.query("SHOW listen_addresses")[0, 0].string == "")
            #expect(try connection.query("SHOW fsync")[0, 0].string == "off")
            cluster.stop()
        }
    }

    /// Kill -9 of the server itself, and of the shell above it: the folder starts again.
    @Test func aKilledServerStartsAgain() throws {
        try withFolder { folder in
            let cluster = try start(folder)
            let process = try #require(cluster.serverProcess)
            try PostgresConnection(cluster.url).execute("CREATE TABLE t AS SELECT 7 AS i")
            kill(process, SIGKILL)
            #expect(waitForEnd(of: process))
            let second = try start(folder)
            #expect(try PostgresConnection(second.url).query("SELECT i FROM t")[0, 0].int32 == 7)
            let server = try #require(second.serverProcess)
            kill(getpgid(server), SIGKILL)
            #expect(waitForEnd(of: server))
            let third = try start(folder)
            #expect(try PostgresConnection(third.url).query("SELECT i FROM t")[0, 0].int32 == 7)
            third.stop()
        }
    }

    @Test func aLongPathIsNoHindrance() throws {
        try withFolder(String(repeating: "long", count: 30) + " 'quoted' \\") { folder in
            let cluster = try start(folder)
            #expect(try PostgresConnection(cluster.url).query("SELECT 1")[0, 0].int32 == 1)
            cluster.stop()
        }
    }

    @Test func aClusterThatIsDroppedStops() throws {
        try withFolder { folder in
            var cluster: PrivateCluster? = try start(folder)
            let process = try #require(cluster?.serverProcess)
            cluster = nil
            #expect(kill(process, 0) != 0)
        }
    }

    @Test func aBadSettingSaysWhy() throws {
        try withFolder { folder in
            var options = PrivateCluster.Options()
            options.settings = ["nonsense": "1"]
            do {
                _ = try PrivateCluster(folder: folder, options: options)
                Issue.record("started")
            } catch let error as PostgresError {
                #expect(error.kind == .cluster && error.message.contains("nonsense"))
            }
        }
    }

    @Test func aFolderThatCannotBeMadeIsNamed() throws {
        do {
            _ = try start("/proc/nowhere/cluster")
            Issue.record("started")
        } catch let error as PostgresError {
            #expect(error.message.contains("/proc/nowhere"))
        }
    }

    @Test func aWrongPasswordSaysSo() throws {
        try withFolder { folder in
            let cluster = try start(folder)
            try PostgresConnection(cluster.url).execute("CREATE ROLE guest LOGIN PASSWORD 'right'")
            cluster.stop()
            try "local all guest scram-sha-256\nlocal all all trust\n"
                .write(toFile: "\(folder)/data/pg_hba.conf", atomically: false, encoding: .utf8)
            let second = try start(folder)
            defer { second.stop() }
            let guest = second.url + " user=guest"
            #expect(try PostgresConnection("\(guest) password=right").query("SELECT 1").count == 1)
            for url in ["\(guest) password=wrong", guest] {
                do {
                    _ = try PostgresConnection(url)
                    Issue.record("connected")
                } catch let error as PostgresError {
                    #expect(error.sqlState == "28000" && !error.isRetriable)
                    #expect(!"\(error)".contains("wrong"))
                }
            }
        }
    }
}
