internal import CMicroHTTPD
internal import Glibc
internal import Synchronization

/// An HTTP server on a thread of its own (libmicrohttpd). Connections, their memory and their idle time are bounded.
public final class HTTPServer: @unchecked Sendable {
    private final class Context: Sendable {
        let answer: @Sendable (HTTPRequest) -> HTTPResponse
        init(_ answer: @escaping @Sendable (HTTPRequest) -> HTTPResponse) { self.answer = answer }
    }

    private struct Daemon: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    /// Most connections at once.
    static let maximumConnections: UInt32 = 64
    /// Most connections of one address.
    static let maximumConnectionsPerAddress: UInt32 = 32
    /// Memory of a connection, which bounds the request's head.
    static let connectionMemory = 32 << 10

    /// Where it listens, with the port that the system chose for port 0.
    public let address: ListenAddress
    private let context: Unmanaged<Context>
    private let daemon: Mutex<Daemon?>

    /// Starts to listen. `answer` runs on the server's thread and must be quick.
    ///
    /// - Throws: `HTTPServerError`, for a port in use for example.
    public convenience init(
        listen: ListenAddress,
        answer: @escaping @Sendable (HTTPRequest) -> HTTPResponse
    ) throws(HTTPServerError) {
        try self.init(listen: listen, idleSeconds: 10, answer: answer)
    }

    /// - Parameter idleSeconds: seconds after which an idle connection is closed.
    init(
        listen: ListenAddress,
        idleSeconds: UInt32,
        answer: @escaping @Sendable (HTTPRequest) -> HTTPResponse
    ) throws(HTTPServerError) {
        let socket = try ListeningSocket(listen)
        context = Unmanaged.passRetained(Context(answer))
        address = socket.address
        let started = trifid_http_start(
            socket.descriptor,
            Self.handle,
            context.toOpaque(),
            Self.maximumConnections,
            Self.maximumConnectionsPerAddress,
            idleSeconds,
            Self.connectionMemory
        )
        guard let started else {
            let reason = String(cString: strerror(errno))
            close(socket.descriptor)
            context.release()
            throw HTTPServerError(address: listen, reason: "libmicrohttpd does not start: \(reason)")
        }
        daemon = Mutex(Daemon(pointer: started))
    }

    deinit {
        stop()
        context.release()
    }

    /// Stops listening and closes all connections; answers that have begun are finished first.
    public func stop() {
        let running = daemon.withLock { daemon -> Daemon? in
            defer { daemon = nil }
            return daemon
        }
        if let running { MHD_stop_daemon(running.pointer) }
    }

    private static let handle: MHD_AccessHandlerCallback = {
        contextPointer,
        connection,
        path,
        method,
        _,
        _,
        uploadSize,
        state in
        guard let contextPointer, let connection, let path, let method, let uploadSize, let state else {
            return MHD_Result.NO
        }
        // The first call announces the request; the body, if any, comes next, and the answer at its end.
        if state.pointee == nil {
            state.pointee = contextPointer
            return MHD_Result.YES
        }
        if uploadSize.pointee > 0 {
            uploadSize.pointee = 0
            return MHD_Result.YES
        }
        let context = Unmanaged<Context>.fromOpaque(contextPointer).takeUnretainedValue()
        let request = HTTPRequest(method: String(cString: method), path: String(cString: path))
        return send(context.answer(request), on: connection)
    }

    private static func send(_ answer: HTTPResponse, on connection: OpaquePointer) -> MHD_Result {
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
        MHD_add_response_header(response, "Content-Type", answer.contentType)
        MHD_add_response_header(response, "Cache-Control", "no-store")
        for (name, value) in answer.headers { MHD_add_response_header(response, name, value) }
        return MHD_queue_response(connection, UInt32(answer.status), response)
    }
}
