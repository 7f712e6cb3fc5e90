import Testing

@testable import Service

private struct Mishap: Error {}

/// The router needs no socket.
@Suite struct HTTPRouterTests {
    private let router = HTTPRouter([
        .get("/objects/{id}") { request -> JSONValue in ["one": .string(request.parameter("id"))] },
        .get("/objects/random") { _ in JSONValue.string("random") },
        .get("/objects/{id}/alerts/{alert}") { request -> JSONValue in
            let alert = try request.parameter("alert", as: Int64.self)
            try request.query.expect("limit", "band")
            let limit = try request.query.one("limit", in: 1...1000, default: 100)
            return [
                "id": .string(request.parameter("id")), "alert": .integer(alert), "limit": .integer(Int64(limit)),
                "bands": .array(request.query.all("band").map(JSONValue.string)),
            ]
        },
        .post("/objects", maximumBody: 10) { .created(at: "/objects/\($0.body.count)", ["n": 1]) as HTTPResponse },
        HTTPRoute(.delete, "/objects/{id}") { _ in HTTPResponse.noContent },
        .get("/broken") { _ in throw Mishap() },
        .get("/gone") { _ in throw HTTPRefusal(410, "gone", details: [JSONValue.Member("since", "2026")]) },
    ])

    private func ask(_ path: String, _ query: String = "", method: String = "GET", body: Int = 0) -> (Int, String) {
        let body = [UInt8](repeating: 7, count: body)
        let answer = router.answer(HTTPRequest(method: method, path: path, query: query, body: body))
        return (answer.status, String(decoding: answer.body, as: UTF8.self))
    }

    @Test func wordsComeBeforeParameters() {
        #expect(ask("/objects/random") == (200, "\"random\"\n"))
        #expect(ask("/objects/ZTF21aaa") == (200, "{\"one\": \"ZTF21aaa\"}\n"))
        #expect(ask("/objects/a%2Frandom") == (200, "{\"one\": \"a/random\"}\n"))
    }

    @Test func parametersAndQueriesAreTyped() {
        #expect(
            ask("/objects/x/alerts/-7", "band=g&limit=5&band=r")
                == (200, "{\"id\": \"x\", \"alert\": -7, \"limit\": 5, \"bands\": [\"g\", \"r\"]}\n")
        )
        #expect(ask("/objects/x/alerts/1").1.contains("\"limit\": 100"))
        for (path, query, status, words) in [
            ("/objects/x/alerts/seven", "", 404, "'seven' in the path is no Int64"),
            ("/objects/x/alerts/1", "limit=0", 400, "allowed: 1 to 1000"),
            ("/objects/x/alerts/1", "limit=many", 400, "'many', which is no Int"),
            ("/objects/x/alerts/1", "limit=1&limit=2", 400, "comes 2 times"),
            ("/objects/x/alerts/1", "limti=1", 400, "did you mean limit?"),
            ("/objects/x/alerts/1", "limit=%4", 400, "not encoded"),
            ("/objects/x/alerts/1", "band=%FF", 400, "not encoded"),
        ] {
            let (found, body) = ask(path, query)
            #expect(found == status && body.contains(words), "\(path)?\(query): \(body)")
        }
    }

    @Test func methods() {
        let refused = router.answer(HTTPRequest(method: "PUT", path: "/objects/a"))
        #expect(refused.status == 405)
        #expect(refused.headers.map(\.value) == ["GET, HEAD, DELETE"])
        #expect(router.answer(HTTPRequest(method: "GET", path: "/objects")).headers.map(\.value) == ["POST"])
        #expect(ask("/objects/a", method: "HEAD").0 == 200)
        #expect(ask("/objects/a", method: "DELETE") == (204, ""))
        #expect(ask("/objects/a", method: "get").0 == 405)
        let made = router.answer(HTTPRequest(method: "POST", path: "/objects", body: [1]))
        #expect(made.status == 201 && made.headers.map(\.value) == ["/objects/1"])
    }

    @Test func bodiesHaveALimit() {
        #expect(ask("/objects", method: "POST", body: 10).0 == 201)
        #expect(
            ask("/objects", method: "POST", body: 11) == (
                413, "{\"error\": \"the body is longer than 10 bytes\", \"status\": 413}\n"
            )
        )
    }

    @Test func errorsHaveOneForm() {
        #expect(ask("/gone") == (410, "{\"error\": \"gone\", \"status\": 410, \"since\": \"2026\"}\n"))
        let (status, body) = ask("/broken")
        #expect(status == 500 && !body.contains("Mishap"))
        for path in ["/nothing", "/objects/", "/objects//alerts/1", "/objects/a/", "//", "/objects/a/alerts/1/2"] {
            let (status, body) = ask(path)
            #expect(status == 404 && body.contains("\"/objects/{id}\""), "\(path)")
        }
        #expect(ask("objects").0 == 400)
        #expect(ask("/objects/%00").0 == 400)
    }

    /// Whatever comes has an answer of a known kind, and what an id encodes comes back as it was.
    @Test func anyRequestHasAnAnswer() {
        var random = SystemRandomNumberGenerator()
        let pieces = [
            "/", "objects", "random", "alerts", "%2F", "%", "%zz", "%C3%A9", "%C3", "%00", "é", "", "?", "#", "&", "=",
            "a=b", "limit=1", "limit", "+", "..", "{id}", "\u{0}", "\r\n", "1", "-9223372036854775808",
        ]
        for _ in 0..<20_000 {
            func text() -> String {
                (0..<Int.random(in: 0...6, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
                    .joined()
            }
            let method = ["GET", "HEAD", "POST", "DELETE", "PUT", "", "X"].randomElement(using: &random) ?? ""
            let path = Bool.random(using: &random) ? "/" + text() : "/objects/" + text()
            let (status, body) = ask(path, text(), method: method, body: Int.random(in: 0...12, using: &random))
            #expect([200, 201, 204, 400, 404, 405, 413].contains(status), "\(method) \(path): \(status)")
            if status >= 400 { #expect(body.hasPrefix("{\"error\": \"") && body.contains("\"status\": \(status)")) }
        }
    }

    @Test func anyIdentifierSurvivesItsEncoding() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            let id = String(
                (0..<Int.random(in: 1...8, using: &random)).map { _ -> Character in
                    Character(UnicodeScalar(UInt32.random(in: 1...0xD7FF, using: &random)) ?? "x")
                }
            )
            let encoded = id.utf8.map { byte in
                let digits = String(byte, radix: 16)
                return "%\(digits.count < 2 ? "0" : "")\(digits)"
            }.joined()
            #expect(PercentEncoding.decode(encoded) == id)
            let (status, body) = ask("/objects/\(encoded)")
            if id != "random" { #expect(status == 200 && body == "{\"one\": \(JSONValue.string(id).text)}\n") }
        }
    }

    @Test func aQueryIsBounded() {
        let many = (0..<1000).map { "a\($0)=1" }.joined(separator: "&")
        #expect(ask("/objects/x/alerts/1", many).0 == 400)
    }
}
