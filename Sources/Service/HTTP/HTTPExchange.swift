internal import CMicroHTTPD

/// One request on its way through the server, from its head to the end of its answer. Only the server's event thread
/// touches it, except that a handler leaves the answer in it while its connection is suspended.
final class HTTPExchange: @unchecked Sendable {
    let method: String
    let path: String
    let decision: HTTPRouter.Decision
    private(set) var body: [UInt8] = []
    /// What refuses the request, once its body has come.
    private(set) var refusal: HTTPRefusal?
    /// The handler's answer.
    var answer: HTTPResponse?
    private var dropped = 0

    /// Bytes of a refused body that are read all the same: a client that still sends would not see the answer.
    private static let tolerated = 1 << 20

    init(method: String, path: String, router: HTTPRouter) {
        self.method = method
        self.path = path
        decision = router.decide(method: method, path: path)
        if case .refused(let refusal) = decision { self.refusal = refusal }
    }

    /// Notes the length that the head announces.
    ///
    /// - Returns: whether the answer is to go out before the body: it is too long to be read for nothing, or the client
    ///   waits to be told to send it.
    func announce(length: Int?, waits: Bool) -> Bool {
        if case .route(let route, _) = decision, let length, length > route.maximumBody {
            refusal = HTTPRouter.tooLarge(route)
        }
        return refusal != nil && (waits || length ?? 0 > Self.tolerated)
    }

    /// Takes a piece of the body.
    ///
    /// - Returns: false where so much is sent beyond the limit that the connection is to be closed.
    func take(_ piece: UnsafeRawBufferPointer) -> Bool {
        if refusal == nil, case .route(let route, _) = decision, body.count + piece.count > route.maximumBody {
            refusal = HTTPRouter.tooLarge(route)
            body = []
        }
        guard refusal != nil else {
            body.append(contentsOf: piece)
            return true
        }
        dropped += piece.count
        return dropped <= Self.tolerated
    }

    /// The request as the handler gets it.
    func request(on connection: OpaquePointer) -> HTTPRequest {
        HTTPRequest(
            method: method,
            path: path,
            query: Self.query(of: connection),
            body: body,
            contentType: Self.header("Content-Type", of: connection) ?? ""
        )
    }

    static func header(_ name: String, of connection: OpaquePointer) -> String? {
        MHD_lookup_connection_value(connection, MHD_ValueKind.HEADER_KIND, name).map { String(cString: $0) }
    }

    private final class Arguments {
        var parts: [String] = []
    }

    /// The query as it was sent, but for `+`, which is a space already.
    private static func query(of connection: OpaquePointer) -> String {
        let arguments = Arguments()
        MHD_get_connection_values(
            connection,
            MHD_ValueKind.GET_ARGUMENT_KIND,
            { context, _, key, value in
                guard let context, let key else { return MHD_Result.NO }
                let name = String(cString: key)
                let part = value.map { "\(name)=\(String(cString: $0))" } ?? name
                Unmanaged<Arguments>.fromOpaque(context).takeUnretainedValue().parts.append(part)
                return MHD_Result.YES
            },
            Unmanaged.passUnretained(arguments).toOpaque()
        )
        return arguments.parts.joined(separator: "&")
    }
}
