internal import CMicroHTTPD
internal import Glibc
import Ground
internal import Synchronization

/// An HTTP server on libmicrohttpd: one thread serves all connections, none of which it waits for, and hands requests to
/// threads for handlers. Connections, memory, threads and time are bounded by `HTTPLimits`; what may be asked is the
/// router's, whose doc comment tells how a route is added.
package final class HTTPServer: @unchecked Sendable {
    private struct Daemon: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    /// Where it listens, with the port that the system chose for port 0.
    package let address: ListenAddress
    private let core: HTTPServerCore
    private let daemon: Mutex<Daemon?>

    /// Starts to listen.
    ///
    /// - Throws: `HTTPServerError`, for a port in use for example.
    package init(
        listen: ListenAddress,
        router: HTTPRouter,
        limits: HTTPLimits = HTTPLimits()
    ) throws(HTTPServerError) {
        let socket = try ListeningSocket(listen)
        core = HTTPServerCore(router, limits)
        address = socket.address
        let started = trifid_http_start(
            socket.descriptor,
            HTTPServerCore.handle,
            HTTPServerCore.completed,
            HTTPServerCore.connected,
            Unmanaged.passUnretained(core).toOpaque(),
            UInt32(clamping: limits.connections),
            UInt32(clamping: limits.connectionsPerAddress),
            UInt32(clamping: limits.idleSeconds),
            limits.connectionMemory
        )
        guard let started else {
            let reason = String(cString: strerror(errno))
            close(socket.descriptor)
            core.end()
            throw HTTPServerError(address: listen, reason: "libmicrohttpd does not start: \(reason)")
        }
        daemon = Mutex(Daemon(pointer: started))
        core.watch()
    }

    deinit { stop() }

    /// Stops listening, lets the requests under way end for as long as the limits allow, and closes all connections.
    package func stop() {
        let running = daemon.withLock { daemon -> Daemon? in
            defer { daemon = nil }
            return daemon
        }
        guard let running else { return }
        let listening = MHD_quiesce_daemon(running.pointer)
        if listening >= 0 { close(listening) }
        if core.drain() {
            MHD_stop_daemon(running.pointer)
        } else {
            // A handler does not come back. libmicrohttpd ends the process when it is stopped under a suspended
            // connection, so it is left as it is, deaf, with what it refers to.
            _ = Unmanaged.passRetained(core)
        }
        core.end()
    }
}

/// What libmicrohttpd's callbacks reach.
final class HTTPServerCore: Sendable {
    private struct Load {
        /// Requests from their head to the end of their answer.
        var exchanges = 0
        /// Requests in a handler, or waiting for one: their connections are suspended.
        var handled = 0
        var isStopping = false
        /// No handler is started any more.
        var isClosed = false
    }

    private struct Connection: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    private let router: HTTPRouter
    private let limits: HTTPLimits
    private let threads: HandlerThreads
    private let clock = ConnectionClock()
    private let load = Mutex(Load())
    private let ended = StopToken()

    init(_ router: HTTPRouter, _ limits: HTTPLimits) {
        self.router = router
        self.limits = limits
        threads = HandlerThreads(limits.threads)
    }

    /// Ends clients that take too long, until `end`.
    func watch() {
        let limit = Int64(limits.exchangeSeconds * 1000)
        DedicatedThread.start(name: "http-clock") { [clock, ended] in
            while !ended.wait(for: .milliseconds(max(50, min(1000, limit / 4)))) { clock.endSlow(limit: limit) }
        }
    }

    /// Ends the threads.
    func end() {
        ended.request()
        threads.end()
    }

    /// Waits for the requests under way.
    ///
    /// - Returns: whether no handler runs, and none will.
    func drain() -> Bool {
        load.withLock { $0.isStopping = true }
        let end = SteadyClock.milliseconds + Int64(limits.stopSeconds * 1000)
        while load.withLock({ $0.exchanges > 0 }), SteadyClock.milliseconds < end { usleep(2_000) }
        return load.withLock { load in
            load.isClosed = true
            return load.handled == 0
        }
    }

    // MARK: - Callbacks, on the event thread

    static let connected: MHD_NotifyConnectionCallback = { context, connection, _, event in
        guard let context, let connection else { return }
        let core = Unmanaged<HTTPServerCore>.fromOpaque(context).takeUnretainedValue()
        let descriptor = trifid_http_descriptor(connection)
        if trifid_http_has_opened(event) != 0 {
            core.clock.opened(descriptor)
        } else {
            core.clock.closed(descriptor)
        }
    }

    static let completed: MHD_RequestCompletedCallback = { context, connection, state, _ in
        guard let context, let connection, let state, let exchange = state.pointee else { return }
        state.pointee = nil
        Unmanaged<HTTPExchange>.fromOpaque(exchange).release()
        let core = Unmanaged<HTTPServerCore>.fromOpaque(context).takeUnretainedValue()
        core.load.withLock { $0.exchanges -= 1 }
        core.clock.restart(trifid_http_descriptor(connection))
    }

    static let handle: MHD_AccessHandlerCallback = { context, connection, path, method, _, bytes, count, state in
        guard let context, let connection, let path, let method, let count, let state else { return MHD_Result.NO }
        let core = Unmanaged<HTTPServerCore>.fromOpaque(context).takeUnretainedValue()
        // The first call announces the request; its body comes in pieces, and a call without one asks for the answer.
        guard let known = state.pointee else {
            let exchange = HTTPExchange(
                method: String(cString: method),
                path: String(cString: path),
                router: core.router
            )
            state.pointee = Unmanaged.passRetained(exchange).toOpaque()
            return core.begin(exchange, on: connection)
        }
        let exchange = Unmanaged<HTTPExchange>.fromOpaque(known).takeUnretainedValue()
        if count.pointee > 0 {
            let piece = UnsafeRawBufferPointer(start: bytes, count: count.pointee)
            count.pointee = 0
            return exchange.take(piece) ? MHD_Result.YES : MHD_Result.NO
        }
        return core.answer(exchange, on: connection)
    }

    private func begin(_ exchange: HTTPExchange, on connection: OpaquePointer) -> MHD_Result {
        load.withLock { $0.exchanges += 1 }
        let length = HTTPExchange.header("Content-Length", of: connection).flatMap { Int($0) }
        let waits = HTTPExchange.header("Expect", of: connection) != nil
        if exchange.announce(length: length, waits: waits), let refusal = exchange.refusal {
            return send(refusal.response, on: connection)
        }
        return MHD_Result.YES
    }

    private func answer(_ exchange: HTTPExchange, on connection: OpaquePointer) -> MHD_Result {
        if let answer = exchange.answer { return send(answer, on: connection) }
        if let refusal = exchange.refusal { return send(refusal.response, on: connection) }
        guard case .route(let route, let parameters) = exchange.decision else { return MHD_Result.NO }
        let request = exchange.request(on: connection)
        if route.isQuick { return send(router.answer(request, route, parameters), on: connection) }
        let isClosed = load.withLock { load in
            if !load.isClosed { load.handled += 1 }
            return load.isClosed
        }
        if isClosed { return send(HTTPRefusal(503, "the server stops").response, on: connection) }
        clock.pause(trifid_http_descriptor(connection))
        MHD_suspend_connection(connection)
        let suspended = Connection(pointer: connection)
        threads.run { [self] in
            exchange.answer = router.answer(request, route, parameters)
            clock.restart(trifid_http_descriptor(suspended.pointer))
            MHD_resume_connection(suspended.pointer)
            load.withLock { $0.handled -= 1 }
        }
        return MHD_Result.YES
    }

    private func send(_ answer: HTTPResponse, on connection: OpaquePointer) -> MHD_Result {
        let response = answer.body.withUnsafeBytes { bytes in
            // With this mode libmicrohttpd copies; it only has no const in its signature.
            MHD_create_response_from_buffer(
                bytes.count,
                UnsafeMutableRawPointer(mutating: bytes.baseAddress),
                MHD_ResponseMemoryMode.RESPMEM_MUST_COPY
            )
        }
        guard let response else { return MHD_Result.NO }
        defer { MHD_destroy_response(response) }
        if !answer.contentType.isEmpty { MHD_add_response_header(response, "Content-Type", answer.contentType) }
        if !answer.headers.contains(where: { $0.name.lowercased() == "cache-control" }) {
            MHD_add_response_header(response, "Cache-Control", "no-store")
        }
        for (name, value) in answer.headers { MHD_add_response_header(response, name, value) }
        if load.withLock({ $0.isStopping }) { MHD_add_response_header(response, "Connection", "close") }
        return MHD_queue_response(connection, UInt32(answer.status), response)
    }
}
