import Ground

/// Finds the route of a request and answers: a value, which needs no socket.
///
/// A new route is one more element of the list that the server's router is made of (`StatusPages.routes` shows how, and
/// `HTTPRoute` what a handler may do); routers are put together by adding their lists. A path that no route knows is 404
/// with the templates that there are, another method 405 with `Allow`, what is not encoded as a URL must be 400, a body
/// beyond the route's limit 413.
package struct HTTPRouter: Sendable {
    private let routes: [HTTPRoute]
    private let report: @Sendable (any Error, HTTPRequest) -> Void

    /// A router.
    ///
    /// - Parameters:
    ///   - routes: in any order: where two fit a path, the one with a word where the other has a parameter answers. Two
    ///     of one method and shape are a mistake in the program.
    ///   - report: gets the errors that handlers throw and clients do not see.
    package init(_ routes: [HTTPRoute], report: @escaping @Sendable (any Error, HTTPRequest) -> Void = { _, _ in }) {
        self.routes = routes.sorted(by: HTTPRoute.isMoreSpecific)
        self.report = report
        let shapes = routes.map { route in
            let words = route.segments.map { if case .word(let word) = $0 { word } else { "{}" } }
            return "\(route.method.rawValue) /\(words.joined(separator: "/"))"
        }
        precondition(Set(shapes).count == shapes.count, "two routes of one shape: \(shapes.sorted())")
    }

    /// What a request comes to, as far as its head tells: before any of its body is taken.
    enum Decision {
        /// Its route, and the parameters of the path.
        case route(HTTPRoute, [String: String])
        /// The answer is there already.
        case refused(HTTPRefusal)
    }

    /// Finds the route of a method and a path.
    func decide(method: String, path: String) -> Decision {
        guard path.hasPrefix("/") else { return .refused(HTTPRefusal(400, "the path does not begin with /")) }
        var segments: [String] = []
        for part in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let segment = PercentEncoding.decode(part) else {
                return .refused(HTTPRefusal(400, "the path is not encoded as a URL must be"))
            }
            segments.append(segment)
        }
        let fitting = routes.compactMap { route in route.match(segments).map { (route, $0) } }
        // HEAD is GET without the body, which the server leaves out.
        let wanted = method == "HEAD" ? "GET" : method
        if let (route, parameters) = fitting.first(where: { $0.0.method.rawValue == wanted }) {
            return .route(route, parameters)
        }
        guard !fitting.isEmpty else {
            let pages = Set(routes.map(\.template)).sorted().map(JSONValue.string)
            let details = [
                JSONValue.Member("path", .string(PlainWords.cut(path))), JSONValue.Member("pages", .array(pages)),
            ]
            return .refused(HTTPRefusal(404, "no such page", details: details))
        }
        let methods = HTTPMethod.allCases.filter { method in fitting.contains { $0.0.method == method } }
        let allowed = methods.flatMap { $0 == .get ? ["GET", "HEAD"] : [$0.rawValue] }
        return .refused(HTTPRefusal(405, "only \(allowed.joined(separator: ", "))", allowed: allowed))
    }

    /// Answers a request. Every request has an answer.
    package func answer(_ request: HTTPRequest) -> HTTPResponse {
        switch decide(method: request.method, path: request.path) {
        case .refused(let refusal): return refusal.response
        case .route(let route, let parameters): return answer(request, route, parameters)
        }
    }

    /// Answers a request whose route is known.
    func answer(_ request: HTTPRequest, _ route: HTTPRoute, _ parameters: [String: String]) -> HTTPResponse {
        guard request.body.count <= route.maximumBody else { return Self.tooLarge(route).response }
        guard let query = HTTPQuery(request.rawQuery) else {
            return HTTPRefusal(400, "the query is not encoded as a URL must be, or has too many parameters").response
        }
        var request = request
        request.query = query
        request.parameters = parameters
        do {
            return try route.handler(request).response
        } catch let refusal as HTTPRefusal {
            return refusal.response
        } catch {
            report(error, request)
            return HTTPRefusal(500, "the request failed here; the log tells why").response
        }
    }

    static func tooLarge(_ route: HTTPRoute) -> HTTPRefusal {
        HTTPRefusal(413, "the body is longer than \(route.maximumBody) bytes")
    }
}
