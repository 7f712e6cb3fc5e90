public import Ground

/// A request, as far as a status server needs it: bodies are read and dropped.
public struct HTTPRequest: Sendable {
    /// `GET`, `HEAD`, ...
    public let method: String
    /// Path without the query, as `/metrics`.
    public let path: String

    /// A request.
    public init(method: String, path: String) {
        self.method = method
        self.path = path
    }
}

/// An answer.
public struct HTTPResponse: Sendable {
    /// Status code, as 200.
    public let status: Int
    /// Media type of the body.
    public let contentType: String
    /// The body.
    public let body: [UInt8]
    /// Further header fields.
    public let headers: [(name: String, value: String)]

    /// An answer with a body.
    public init(status: Int, contentType: String, body: [UInt8], headers: [(name: String, value: String)] = []) {
        self.status = status
        self.contentType = contentType
        self.body = body
        self.headers = headers
    }

    /// An answer of JSON.
    public static func json(_ value: JSONValue, status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: status, contentType: "application/json", body: Array((value.line + "\n").utf8))
    }
}

/// Finds the page of a path. GET and HEAD are answered, others are refused.
public struct HTTPRouter: Sendable {
    private let pages: [String: @Sendable () -> HTTPResponse]

    /// A router over pages by path.
    public init(_ pages: [String: @Sendable () -> HTTPResponse]) {
        self.pages = pages
    }

    /// The page, or 404 with the paths that there are, or 405.
    public func answer(_ request: HTTPRequest) -> HTTPResponse {
        guard let page = pages[request.path] else {
            let paths = pages.keys.sorted().map(JSONValue.string)
            return .json(["error": "no such page", "path": .string(request.path), "pages": .array(paths)], status: 404)
        }
        guard request.method == "GET" || request.method == "HEAD" else {
            return HTTPResponse(
                status: 405,
                contentType: "application/json",
                body: Array("{\"error\": \"only GET and HEAD\"}\n".utf8),
                headers: [("Allow", "GET, HEAD")]
            )
        }
        return page()
    }
}
