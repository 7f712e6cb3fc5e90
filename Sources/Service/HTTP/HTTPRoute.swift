/// One route: a method, the template of a path, and what answers there.
///
/// A segment of the template is a word, or `{name}` for any one segment:
///
/// ```swift
/// HTTPRoute.get("/objects/{id}/alerts") { request -> JSONValue in
///     try request.query.expect("limit", "band")
///     let limit = try request.query.one("limit", in: 1...1000, default: 100)
///     guard let object = try archive.object(named: request.parameter("id")) else {
///         throw HTTPRefusal(404, "there is no such object")
///     }
///     return object.json(limit, bands: request.query.all("band"))
/// }
/// ```
///
/// A handler runs on one of the server's threads for handlers, several at a time, and may block there (on the database,
/// with a time-out of its own). It returns JSON or an `HTTPResponse`, or throws: an `HTTPRefusal` goes to the client, any
/// other error is logged and the client gets 500 without its text. Names and values in paths and queries come decoded.
package struct HTTPRoute: Sendable {
    /// What answers.
    package typealias Handler = @Sendable (HTTPRequest) throws -> any HTTPResult

    enum Segment: Sendable, Equatable {
        case word(String)
        case parameter(String)
    }

    let method: HTTPMethod
    let template: String
    let segments: [Segment]
    let maximumBody: Int
    let isQuick: Bool
    let handler: Handler

    /// Bytes of a body where a route says nothing else.
    package static let defaultBody = 64 << 10

    /// A route.
    ///
    /// - Parameters:
    ///   - maximumBody: bytes of the longest body; a longer one is refused with 413.
    ///   - isQuick: whether it is answered on the thread that serves all connections. Such a handler must not block; it
    ///     is answered even while all threads for handlers are busy.
    package init(
        _ method: HTTPMethod,
        _ template: String,
        maximumBody: Int = HTTPRoute.defaultBody,
        isQuick: Bool = false,
        _ handler: @escaping Handler
    ) {
        precondition(template.hasPrefix("/"), "the template of a route begins with /: \(template)")
        self.method = method
        self.template = template
        segments = template.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { part in
            part.hasPrefix("{") && part.hasSuffix("}")
                ? .parameter(String(part.dropFirst().dropLast())) : .word(String(part))
        }
        self.maximumBody = maximumBody
        self.isQuick = isQuick
        self.handler = handler
    }

    /// A route that reads.
    package static func get(_ template: String, _ handler: @escaping Handler) -> HTTPRoute {
        HTTPRoute(.get, template, handler)
    }

    /// A page that is always answered at once, however busy the handlers are.
    package static func page(_ template: String, _ handler: @escaping Handler) -> HTTPRoute {
        HTTPRoute(.get, template, isQuick: true, handler)
    }

    /// A route that takes a body.
    package static func post(
        _ template: String,
        maximumBody: Int = HTTPRoute.defaultBody,
        _ handler: @escaping Handler
    ) -> HTTPRoute {
        HTTPRoute(.post, template, maximumBody: maximumBody, handler)
    }

    /// The parameters of a path that fits the template; nil where it does not.
    func match(_ path: [String]) -> [String: String]? {
        guard path.count == segments.count else { return nil }
        var parameters: [String: String] = [:]
        for (segment, text) in zip(segments, path) {
            switch segment {
            case .word(let word): if word != text { return nil }
            case .parameter(let name):
                if text.isEmpty { return nil }
                parameters[name] = text
            }
        }
        return parameters
    }

    /// Words before parameters, from the left: `/objects/random` before `/objects/{id}`.
    static func isMoreSpecific(_ left: HTTPRoute, _ right: HTTPRoute) -> Bool {
        func rank(_ route: HTTPRoute) -> [Int] {
            route.segments.map { if case .word = $0 { 0 } else { 1 } }
        }
        return rank(left).lexicographicallyPrecedes(rank(right))
    }
}
