/// A request that has found its route.
public struct HTTPRequest: Sendable {
    /// `GET`, `HEAD`, ...
    public let method: String
    /// Path without the query as it was sent, percent-encoded: `/objects/ZTF21aaa`.
    public let path: String
    /// What stands behind the `?`, as it was sent.
    public let rawQuery: String
    /// The body, no longer than the route allows.
    public let body: [UInt8]
    /// The body's media type, as `application/json`; empty where none is said.
    public let contentType: String
    /// The parameters of the query, decoded.
    public internal(set) var query = HTTPQuery()
    /// The parameters of the route's template, decoded.
    var parameters: [String: String] = [:]

    /// A request.
    public init(
        method: String,
        path: String,
        query: String = "",
        body: [UInt8] = [],
        contentType: String = ""
    ) {
        self.method = method
        self.path = path
        rawQuery = query
        self.body = body
        self.contentType = contentType
    }

    /// The parameter `{name}` of the route's template.
    public func parameter(_ name: String) -> String { parameters[name] ?? "" }

    /// The parameter `{name}` of the route's template, read as a number or another type that reads from text.
    ///
    /// - Throws: `HTTPRefusal` (404) where it is none: there is nothing at such a path.
    public func parameter<Value: LosslessStringConvertible>(
        _ name: String,
        as type: Value.Type
    ) throws(HTTPRefusal) -> Value {
        let text = parameters[name] ?? ""
        guard let value = Value(text) else {
            throw HTTPRefusal(404, "'\(PlainWords.cut(text))' in the path is no \(Value.self)")
        }
        return value
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
    public static func json(
        _ value: JSONValue,
        status: Int = 200,
        headers: [(name: String, value: String)] = []
    ) -> HTTPResponse {
        HTTPResponse(
            status: status,
            contentType: "application/json",
            body: Array((value.text + "\n").utf8),
            headers: headers
        )
    }

    /// Done, and there is nothing to say (204).
    public static let noContent = HTTPResponse(status: 204, contentType: "", body: [])

    /// Something was made, and stands at a path (201).
    public static func created(at path: String, _ value: JSONValue) -> HTTPResponse {
        json(value, status: 201, headers: [("Location", path)])
    }
}

/// What a handler may return: JSON, or a response of its own.
public protocol HTTPResult {
    /// The answer that it stands for.
    var response: HTTPResponse { get }
}

extension HTTPResponse: HTTPResult {
    /// Itself.
    public var response: HTTPResponse { self }
}

extension JSONValue: HTTPResult {
    /// 200 with this JSON.
    public var response: HTTPResponse { .json(self) }
}

/// A request that is refused. The client gets `{"error": message, "status": status, ...}`.
public struct HTTPRefusal: Error, Sendable, Equatable {
    /// Status code from 400 to 599.
    public let status: Int
    /// What is wrong, and what to do.
    public let message: String
    /// Further members of the JSON object.
    public let details: [JSONValue.Member]
    /// Methods that the path knows, for 405.
    let allowed: [String]

    /// A refusal.
    public init(_ status: Int, _ message: String, details: [JSONValue.Member] = []) {
        self.init(status, message, details: details, allowed: [])
    }

    init(_ status: Int, _ message: String, details: [JSONValue.Member] = [], allowed: [String]) {
        self.status = status
        self.message = message
        self.details = details
        self.allowed = allowed
    }

    /// The answer.
    public var response: HTTPResponse {
        let members = [
            JSONValue.Member("error", .string(message)), JSONValue.Member("status", .integer(Int64(status))),
        ]
        let headers = allowed.isEmpty ? [] : [(name: "Allow", value: allowed.joined(separator: ", "))]
        return .json(.object(members + details), status: status, headers: headers)
    }
}
