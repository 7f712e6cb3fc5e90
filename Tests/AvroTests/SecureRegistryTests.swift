import Foundation
import Testing

@testable import Avro

private let openssl = "/usr/bin/openssl"

/// The registry over TLS, with `openssl s_server` as the other side.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: openssl), "no \(openssl) to serve TLS with"))
struct SecureRegistryTests {
    /// A server with a certificate of its own making, in a folder of its own.
    private final class Server {
        let folder: String
        let port: String
        private let process: Process

        init() throws {
            folder = FileManager.default.temporaryDirectory.path + "/avro-tls-\(UInt64.random(in: 0 ... .max))"
            try FileManager.default.createDirectory(atPath: folder + "/schemas/ids", withIntermediateDirectories: true)
            try Data(#"{"schema":"\"long\""}"#.utf8).write(to: URL(fileURLWithPath: folder + "/schemas/ids/7"))
            let request = Server.process(
                folder,
                "req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost "
                    + "-addext subjectAltName=IP:127.0.0.1"
            )
            try request.run()
            request.waitUntilExit()
            process = Server.process(folder, "s_server -accept 127.0.0.1:0 -cert cert.pem -key key.pem -WWW")
            let output = Pipe()
            process.standardOutput = output
            try process.run()
            var text = ""
            while true {
                let data = output.fileHandleForReading.availableData
                text += String(decoding: data, as: UTF8.self)
                if let match = text.firstMatch(of: /ACCEPT .*:([0-9]+)\n/) {
                    port = String(match.1)
                    break
                }
                guard !data.isEmpty else { throw AvroError(.registryUnreachable, "openssl s_server: \(text)") }
            }
        }

        private static func process(_ folder: String, _ arguments: String) -> Process {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: openssl)
            process.arguments = arguments.split(separator: " ").map(String.init)
            process.currentDirectoryURL = URL(fileURLWithPath: folder)
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            return process
        }

        func stop() {
            // Not terminate(): the child inherits the blocked signals of the dispatch thread that starts it.
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            try? FileManager.default.removeItem(atPath: folder)
        }
    }

    @Test func onlyAnAuthorityThatIsTrustedIsBelieved() throws {
        let server = try Server()
        defer { server.stop() }
        let url = "https://127.0.0.1:\(server.port)"
        let trusting = try HTTPSchemaRegistry(url: url, certificateAuthority: server.folder + "/cert.pem")
        #expect(try trusting.schema(id: 7).description == "\"long\"")
        let error = #expect(throws: AvroError.self) { try HTTPSchemaRegistry(url: url).schema(id: 7) }
        #expect(error?.kind == .registryUnreachable)
        #expect(error?.description.contains("certificate") == true)
        let mistaken = try HTTPSchemaRegistry(url: url, certificateAuthority: server.folder + "/nosuch.pem")
        #expect(throws: AvroError.self) { try mistaken.schema(id: 7) }
    }
}
