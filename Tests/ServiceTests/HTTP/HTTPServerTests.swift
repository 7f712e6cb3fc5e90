import Glibc
import Ground
import Testing

@testable import Service

private struct ConnectionRefused: Error {}

/// A connection that sends bytes as they are and reads to the end.
private struct RawConnection {
    let descriptor: Int32

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            close(descriptor)
            throw ConnectionRefused()
        }
        var limit = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Everything until the server closes, which it does at the latest when nothing more can come.
    /// - Parameter isDone: says to the server that nothing more comes. libmicrohttpd takes that for the client's end
    ///   where it sees it before it has begun to answer, so that who waits for a slow answer must not say it.
    func readAll(isDone: Bool = true) -> String {
        if isDone { shutdown(descriptor, Int32(SHUT_WR)) }
        var all: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            guard count > 0 else { break }
            all += chunk[..<count]
        }
        close(descriptor)
        return String(decoding: all, as: UTF8.self)
    }
}

@Suite struct HTTPServerTests {
    private let health = Health()
    private let metrics = MetricsRegistry()

    private func server() throws -> HTTPServer {
        try server(StatusPages.routes(health: health, metrics: metrics))
    }

    private func server(
        _ routes: [HTTPRoute],
        _ adjust: (inout HTTPLimits) -> Void = { $0.idleSeconds = 1 }
    ) throws -> HTTPServer {
        var limits = HTTPLimits()
        adjust(&limits)
        return try HTTPServer(
            listen: ListenAddress(host: "127.0.0.1", port: 0),
            router: HTTPRouter(routes),
            limits: limits
        )
    }

    private func ask(_ server: HTTPServer, _ request: String) throws -> (status: String, head: String, body: String) {
        let connection = try RawConnection(port: server.address.port)
        connection.send(request)
        let answer = connection.readAll()
        let parts = answer.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let head = parts.first ?? ""
        let status = head.split(separator: "\r\n").first.map(String.init) ?? ""
        return (status, head, parts.count > 1 ? parts[1] : "")
    }

    private func get(_ server: HTTPServer, _ path: String, method: String = "GET") throws -> (
        status: String, head: String, body: String
    ) {
        try ask(server, "\(method) \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    }

    @Test func readinessFollowsPhaseAndChecks() throws {
        let server = try server()
        defer { server.stop() }
        #expect(try get(server, "/livez").status == "HTTP/1.1 200 OK")
        let starting = try get(server, "/readyz")
        #expect(starting.status.hasPrefix("HTTP/1.1 503"))
        #expect(
            starting.body
                == "{\"ready\":false,\"reasons\":[{\"check\":\"phase\",\"reason\":\"the process is starting\"}]}\n"
        )
        health.set(.running)
        #expect(try get(server, "/readyz").body == "{\"ready\":true,\"reasons\":[]}\n")
        health.addReadinessCheck("postgres") { "no connection" }
        let away = try get(server, "/readyz")
        #expect(away.status.hasPrefix("HTTP/1.1 503"))
        #expect(
            away.body == "{\"ready\":false,\"reasons\":[{\"check\":\"postgres\",\"reason\":\"no connection\"}]}\n"
        )
        #expect(away.head.contains("Content-Type: application/json"))
        #expect(try get(server, "/livez").status == "HTTP/1.1 200 OK")
        health.addLivenessCheck("poll") { "stuck" }
        #expect(try get(server, "/livez").status.hasPrefix("HTTP/1.1 503"))
    }

    @Test func metricsAreTextAndStatusIsJSON() throws {
        metrics.counter("c_total", "C.").add(5)
        health.addStatus("lag") { ["partitions": 4] }
        let server = try server()
        defer { server.stop() }
        let page = try get(server, "/metrics")
        #expect(page.head.contains("Content-Type: text/plain; version=0.0.4"))
        #expect(page.body == "# HELP c_total C.\n# TYPE c_total counter\nc_total 5\n")
        #expect(try get(server, "/status?x=1").body.contains("\"lag\":{\"partitions\":4}"))
    }

    @Test func otherPagesAndMethodsAreRefused() throws {
        let server = try server()
        defer { server.stop() }
        let missing = try get(server, "/nothing")
        #expect(missing.status.hasPrefix("HTTP/1.1 404"))
        #expect(missing.body.contains("\"/readyz\""))
        let deleted = try get(server, "/metrics", method: "DELETE")
        #expect(deleted.status.hasPrefix("HTTP/1.1 405"))
        #expect(deleted.head.contains("Allow: GET, HEAD"))
        let posted = try ask(
            server,
            "POST /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"
        )
        #expect(posted.status.hasPrefix("HTTP/1.1 405"))
    }

    @Test func headHasNoBody() throws {
        let server = try server()
        defer { server.stop() }
        let answer = try get(server, "/livez", method: "HEAD")
        #expect(answer.status == "HTTP/1.1 200 OK")
        #expect(answer.body.isEmpty)
        #expect(answer.head.contains("Content-Length: 27"))
    }

    @Test func nonsenseAndHugeHeadsLeaveTheServerUp() throws {
        let server = try server()
        defer { server.stop() }
        _ = try ask(server, "\u{0}\u{1}nonsense\r\n\r\n")
        let huge = try ask(server, "GET /\(String(repeating: "x", count: 100_000)) HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(!huge.status.contains("200"))
        #expect(try get(server, "/livez").status == "HTTP/1.1 200 OK")
    }

    @Test func aConnectionThatSendsNothingIsClosed() throws {
        let server = try server()
        defer { server.stop() }
        let connection = try RawConnection(port: server.address.port)
        connection.send("GET /livez HTTP/1.1\r\n")
        #expect(connection.readAll().isEmpty)
    }

    @Test func manyConnectionsAreBoundedAndServed() throws {
        let server = try server()
        defer { server.stop() }
        let idle = try (0..<8).map { _ in try RawConnection(port: server.address.port) }
        #expect(try get(server, "/livez").status == "HTTP/1.1 200 OK")
        for connection in idle { close(connection.descriptor) }
    }

    @Test func aPortInUseIsNamed() throws {
        let server = try server()
        defer { server.stop() }
        let error = #expect(throws: HTTPServerError.self) {
            try HTTPServer(listen: server.address, router: HTTPRouter([]))
        }
        #expect(error?.description == "http.listen: cannot listen on \(server.address): Address already in use")
    }

    @Test func aHostThatDoesNotExistIsNamed() {
        let error = #expect(throws: HTTPServerError.self) {
            try HTTPServer(listen: ListenAddress(host: "nowhere.invalid", port: 0), router: HTTPRouter([]))
        }
        #expect(error?.description.contains("nowhere.invalid:0") == true)
    }

    @Test func everyAddressIncludesTheLoopback() throws {
        let router = HTTPRouter([.get("/") { _ in JSONValue.string("x") }])
        let server = try HTTPServer(listen: ListenAddress(host: "", port: 0), router: router)
        defer { server.stop() }
        #expect(try get(server, "/").body == "\"x\"\n")
    }

    @Test func stoppingTwiceIsStoppingOnce() throws {
        let server = try server()
        server.stop()
        server.stop()
        #expect(throws: ConnectionRefused.self) { try RawConnection(port: server.address.port) }
    }

    // MARK: - Routes of an API

    private static let echo: [HTTPRoute] = [
        .post("/objects/{id}", maximumBody: 1000) { request -> JSONValue in
            let values = request.query.all("band").map(JSONValue.string)
            let body = String(decoding: request.body, as: UTF8.self)
            return ["id": .string(request.parameter("id")), "band": .array(values), "body": .string(body)]
        },
        .get("/broken") { _ in throw ConnectionRefused() },
    ]

    private func post(_ server: HTTPServer, _ path: String, _ body: String) throws -> (
        status: String, head: String, body: String
    ) {
        let head = "POST \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        return try ask(server, head + body)
    }

    @Test func pathsQueriesAndBodiesReachTheHandlerDecoded() throws {
        let server = try server(Self.echo)
        defer { server.stop() }
        let answer = try post(server, "/objects/a%2Fb%20c?band=g&band=%C3%A9+r&x", "héllo")
        #expect(answer.status == "HTTP/1.1 200 OK")
        #expect(answer.body == "{\"id\":\"a/b c\",\"band\":[\"g\",\"é r\"],\"body\":\"héllo\"}\n")
        #expect(try get(server, "/broken").status.hasPrefix("HTTP/1.1 500"))
        #expect(try get(server, "/objects/%zz").status.hasPrefix("HTTP/1.1 400"))
    }

    @Test(arguments: [1000, 1001, 60_000, 3_000_000])
    func aBodyBeyondTheLimitIs413(length: Int) throws {
        let server = try server(Self.echo)
        defer { server.stop() }
        let body = String(repeating: "x", count: length)
        // A client may not read the answer to megabytes that it has not sent yet; the server closes them all the same.
        let status = try post(server, "/objects/a", body).status
        #expect(
            status.hasPrefix(length > 1000 ? "HTTP/1.1 413" : "HTTP/1.1 200") || (length > 1 << 20 && status.isEmpty)
        )
        let chunk = "\(String(length, radix: 16))\r\n\(body)\r\n0\r\n\r\n"
        let head = "POST /objects/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        let chunked = try ask(server, head + chunk).status
        #expect(
            chunked.hasPrefix(length > 1000 ? "HTTP/1.1 413" : "HTTP/1.1 200") || (length > 1 << 20 && chunked.isEmpty)
        )
        #expect(try post(server, "/objects/a", "x").status == "HTTP/1.1 200 OK")
    }

    @Test func aClientThatAsksFirstIsToldBeforeItSends() throws {
        let server = try server(Self.echo)
        defer { server.stop() }
        let answer = try ask(
            server,
            "POST /objects/a HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\nExpect: 100-continue\r\n\r\n"
        )
        #expect(answer.status.hasPrefix("HTTP/1.1 413"))
    }

    @Test func severalRequestsOfOneConnectionAreAnsweredInTurn() throws {
        let server = try server(Self.echo)
        defer { server.stop() }
        let connection = try RawConnection(port: server.address.port)
        let request = "POST /objects/a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n"
        for number in 0..<4 {
            connection.send(request + (number == 3 ? "Connection: close\r\n" : "") + "\r\n\(number)")
        }
        let answers = connection.readAll()
        for number in 0..<4 { #expect(answers.contains("\"body\":\"\(number)\"")) }
    }

    @Test func handlersThatBlockKeepNoPageWaiting() throws {
        let gate = StopToken()
        let blocked = HTTPRoute.get("/wait") { _ in
            gate.wait(for: .seconds(60))
            return JSONValue.string("done")
        }
        let server = try server([blocked] + StatusPages.routes(health: health, metrics: metrics)) { $0.threads = 2 }
        defer { server.stop() }
        let waiting = try (0..<6).map { _ in try RawConnection(port: server.address.port) }
        for connection in waiting { connection.send("GET /wait HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") }
        for _ in 0..<20 { #expect(try get(server, "/livez").status == "HTTP/1.1 200 OK") }
        gate.request()
        for connection in waiting { #expect(connection.readAll(isDone: false).contains("\"done\"")) }
    }

    @Test func aClientThatSendsAByteNowAndThenIsClosed() throws {
        let server = try server(Self.echo) {
            $0.exchangeSeconds = 0.5
            $0.connectionsPerAddress = 2
        }
        defer { server.stop() }
        let slow = try RawConnection(port: server.address.port)
        let start = SteadyClock.milliseconds
        var bytes = Array("GET /broken HTTP/1.1\r\nX: ".utf8)[...]
        // Each byte holds off the idle time-out, and the exchange ends all the same.
        while SteadyClock.milliseconds - start < 20_000 {
            let next = [bytes.popFirst() ?? UInt8(ascii: "x")]
            guard send(slow.descriptor, next, 1, Int32(MSG_NOSIGNAL)) == 1 else { break }
            var answer = [UInt8](repeating: 0, count: 1)
            if recv(slow.descriptor, &answer, 1, Int32(MSG_DONTWAIT)) == 0 { break }
            usleep(20_000)
        }
        close(slow.descriptor)
        #expect(SteadyClock.milliseconds - start < 20_000)
        #expect(try post(server, "/objects/a", "x").status == "HTTP/1.1 200 OK")
    }

    @Test func oneAddressGetsNoMoreConnectionsThanItsShare() throws {
        let server = try server(Self.echo) { $0.connectionsPerAddress = 2 }
        defer { server.stop() }
        let held = try (0..<2).map { _ in try RawConnection(port: server.address.port) }
        for connection in held { connection.send("POST") }
        usleep(100_000)
        #expect(try post(server, "/objects/a", "x").status.isEmpty)
        for connection in held { close(connection.descriptor) }
        usleep(300_000)
        #expect(try post(server, "/objects/a", "x").status == "HTTP/1.1 200 OK")
    }

    @Test func aStopLetsRequestsUnderWayEnd() throws {
        let begun = StopToken()
        let route = HTTPRoute.get("/slow") { _ in
            begun.request()
            usleep(500_000)
            return JSONValue.string("done")
        }
        let server = try server([route])
        let connection = try RawConnection(port: server.address.port)
        connection.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        begun.wait(for: .seconds(20))
        server.stop()
        let answer = connection.readAll()
        #expect(answer.contains("\"done\"") && answer.contains("Connection: close"))
        #expect(throws: ConnectionRefused.self) { try RawConnection(port: server.address.port) }
    }

    @Test func aHandlerThatHangsDoesNotHoldUpTheStop() throws {
        let gate = StopToken()
        let begun = StopToken()
        let route = HTTPRoute.get("/hang") { _ in
            begun.request()
            gate.wait(for: .seconds(120))
            return JSONValue.null
        }
        let server = try server([route]) { $0.stopSeconds = 0.2 }
        let connection = try RawConnection(port: server.address.port)
        connection.send("GET /hang HTTP/1.1\r\nHost: x\r\n\r\n")
        begun.wait(for: .seconds(20))
        let start = SteadyClock.milliseconds
        server.stop()
        #expect(SteadyClock.milliseconds - start < 60_000)
        gate.request()
        close(connection.descriptor)
    }
}
