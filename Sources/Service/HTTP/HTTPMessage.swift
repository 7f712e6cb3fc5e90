package import Ground

/// A request that has found its route.
package struct HTTPRequest: Sendable {
    /// `GET`, `HEAD`, ...
    package let method: String
    /// Path without the query as it was sent, percent-encoded: `/objects/ZTF21aaa`.
    package let path: String
    /// What stands behind the `?`, as it was sent.
    package let rawQuery: String
    /// The body, no longer than the route allows.
    package let body: [UInt8]
    /// The body's media type, as `application/json`; empty where none is said.
    package let contentType: String
    /// The parameters of the query, decoded.
    package internal(set) var query = HTTPQuery()
    /// The parameters of the route's template, decoded.
    var parameters: [String: String] = [:]

    /// A request.
    package init(
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
    package func parameter(_ name: String) -> String { parameters[name] ?? "" }

    /// The parameter `{name}` of the route's template, read as a number or another type that reads from text.
    ///
    /// - Throws: `HTTPRefusal` (404) where it is none: there is nothing at such a path.
    package func parameter<Value: LosslessStringConvertible>(
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
package struct HTTPResponse: Sendable {
    /// Status code, as 200.
    package let status: Int
    /// Media type of the body.
    package let contentType: String
    /// The body.
    package let body: [UInt8]
    /// Further header fields.
    package let headers: [(name: String, value: String)]

    /// An answer with a body.
    package init(status: Int, contentType: String, body: [UInt8], headers: [(name: String, value: String)] = []) {
        self.status = status
        self.contentType = contentType
        self.body = body
        self.headers = headers
    }

    /// An answer of JSON.
    package static func json(
        _ value: JSONValue,
        status: Int = 200,
        headers: [(name: String, value: String)] = []
    ) -> HTTPResponse {
        HTTPResponse(
            status: status,
            contentType: "application/json",
            body: Array((value.line + "\n").utf8),
            headers: headers
        )
    }

    /// Done, and there is nothing to say (204).
    package static let noContent = HTTPResponse(status: 204, contentType: "", body: [])

    /// Something was made, and stands at a path (201).
    package static func created(at path: String, _ value: JSONValue) -> HTTPResponse {
        json(value, status: 201, headers: [("Location", path)])
    }
}

/// What a handler may return: JSON, or a response of its own.
package protocol HTTPResult {
    /// The answer that it stands for.
    var response: HTTPResponse { get }
}

extension HTTPResponse: HTTPResult {
    /// Itself.
    package var response: HTTPResponse { self }
}

extension JSONValue: HTTPResult {
    /// 200 with this JSON.
    package var response: HTTPResponse { .json(self) }
}

/// A request that is refused. The client gets `{"error": message, "status": status, ...}`.
package struct HTTPRefusal: Error, Sendable, Equatable {
    /// Status code from 400 to 599.
    package let status: Int
    /// What is wrong, and what to do.
    package let message: String
    /// Further members of the JSON object.
    package let details: [JSONValue.Member]
    /// Methods that the path knows, for 405.
    let allowed: [String]

    /// A refusal.
    package init(_ status: Int, _ message: String, details: [JSONValue.Member] = []) {
        self.init(status, message, details: details, allowed: [])
    }

    init(_ status: Int, _ message: String, details: [JSONValue.Member] = [], allowed: [String]) {
        self.status = status
        self.message = message
        self.details = details
        self.allowed = allowed
    }

    /// The answer.
    package var response: HTTPResponse {
        let members = [
            JSONValue.Member("error", .string(message)), JSONValue.Member("status", .integer(Int64(status))),
        ]
        let headers = allowed.isEmpty ? [] : [(name: "Allow", value: allowed.joined(separator: ", "))]
        return .json(.object(members + details), status: status, headers: headers)
    }
}
