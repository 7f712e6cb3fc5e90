import Glibc
import Synchronization

/// A Confluent schema registry over HTTP or HTTPS. Schemas found are kept for ever, failures for seconds; where the
/// registry does not answer or does not know an id, `fallback` is asked.
public final class HTTPSchemaRegistry: SchemaRegistry {
    private let url: String
    /// The URL without user and password, for errors.
    private let shownURL: String
    private let client: HTTPClient
    private let fallback: (any SchemaRegistry)?
    private let cache: Mutex<SchemaCache>

    /// A registry; it is first asked when a schema is needed.
    /// - Parameters:
    ///   - url: where it is, with user and password if it wants them: `https://user:password@host:8081`.
    ///   - certificateAuthority: PEM file of the authority to trust instead of the system's.
    ///   - timeout: seconds for one request.
    ///   - negativeCaching: seconds for which a failure is remembered.
    /// - Throws: `AvroError` of kind `registryUnreachable` if `url` is no HTTP or HTTPS URL.
    public init(
        url: String,
        certificateAuthority: String? = nil,
        timeout: Double = 10,
        negativeCaching: Double = 5,
        fallback: (any SchemaRegistry)? = nil
    ) throws(AvroError) {
        var trimmed = url[...]
        while trimmed.hasSuffix("/") { trimmed = trimmed.dropLast() }
        let lower = trimmed.lowercased()
        guard let scheme = ["http://", "https://"].first(where: { lower.hasPrefix($0) && lower.count > $0.count })
        else {
            throw AvroError(
                .registryUnreachable,
                "registry.url is no URL of a schema registry: '\(url.split(separator: "@").last ?? "")'",
                advice: "give one like http://host:8081"
            )
        }
        self.url = String(trimmed)
        let authority = trimmed.dropFirst(scheme.count)
        shownURL = scheme + (authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority)
        self.fallback = fallback
        cache = Mutex(SchemaCache(negativeCaching: negativeCaching))
        do throws(HTTPClient.Failure) {
            client = try HTTPClient(
                HTTPClient.Settings(timeout: timeout, certificateAuthority: certificateAuthority)
            )
        } catch {
            throw AvroError(.registryUnreachable, error.message)
        }
    }

    /// The schema with an id. Blocks while the registry is asked, at most for the timeout.
    public func schema(id: Int32) throws(AvroError) -> AvroSchema {
        if let known = cache.withLock({ $0.find(id, at: HTTPSchemaRegistry.seconds()) }) { return try known.get() }
        let answer = Result { () throws(AvroError) in try fetchOrFallBack(id) }
        cache.withLock { $0.store(id, answer, at: HTTPSchemaRegistry.seconds()) }
        return try answer.get()
    }

    private func fetchOrFallBack(_ id: Int32) throws(AvroError) -> AvroSchema {
        do throws(AvroError) {
            return try fetch(id)
        } catch {
            guard let fallback else { throw error }
            do throws(AvroError) {
                return try fallback.schema(id: id)
            } catch let other where other.kind == .unknownSchemaId {
                throw error
            }
        }
    }

    private func fetch(_ id: Int32) throws(AvroError) -> AvroSchema {
        let response = try request("/schemas/ids/\(id)")
        if response.status == 404 {
            throw AvroError(
                .unknownSchemaId,
                "the schema registry \(shownURL) has no schema with the id \(id)",
                advice: "ask the sender which registry its ids are of"
            )
        }
        let answer = try object(response, "GET /schemas/ids/\(id)")
        if let type = answer["schemaType"]?.text, type != "AVRO" {
            throw AvroError(.schema, "the schema with the id \(id) is of type \(type), not AVRO")
        }
        guard let text = answer["schema"]?.text else {
            throw AvroError(.schema, "the schema registry \(shownURL) gave no schema for the id \(id)")
        }
        var named = NamedSchemas()
        var references = SchemaReferences(text)
        try references.add(answer["references"])
        while let reference = references.next() {
            let path = "/subjects/\(HTTPSchemaRegistry.escaped(reference.subject))/versions/\(reference.version)"
            let response = try request(path)
            if response.status == 404 {
                throw AvroError(
                    .schema,
                    "the schema with the id \(id) refers to \(reference), which the schema registry \(shownURL) has not",
                    advice:
                        "register it again, or put the whole schema into the folder of registry.schemas as \(id).avsc"
                )
            }
            let answer = try object(response, "GET \(path)")
            guard let text = answer["schema"]?.text else {
                throw AvroError(.schema, "the schema registry \(shownURL) gave no schema for \(reference)")
            }
            try references.count(text)
            try named.add(try AvroSchema.parsed(text.utf8, AvroLimits()))
            try references.add(answer["references"])
        }
        return try AvroSchema(json: text.utf8, named: named)
    }

    /// The schema with a fingerprint, of those that the fallback knows.
    public func schema(fingerprint: UInt64) throws(AvroError) -> AvroSchema {
        guard let fallback else { throw AvroError.unknown(fingerprint: fingerprint) }
        return try fallback.schema(fingerprint: fingerprint)
    }

    /// Registers a schema under a subject, or finds it there.
    /// - Returns: its id.
    public func register(_ schema: AvroSchema, subject: String) throws(AvroError) -> Int32 {
        let body = JSONValue.object([JSONValue.Member("schema", .string(schema.description))])
        let path = "/subjects/\(HTTPSchemaRegistry.escaped(subject))/versions"
        let response = try request(path, posting: [UInt8](body.description.utf8))
        guard case .integer(let number)? = try object(response, "POST \(path)")["id"], let id = Int32(exactly: number)
        else { throw AvroError(.registryUnreachable, "the schema registry \(shownURL) gave no id for '\(subject)'") }
        cache.withLock { $0.store(id, .success(schema), at: HTTPSchemaRegistry.seconds()) }
        return id
    }

    private func request(_ path: String, posting body: [UInt8]? = nil) throws(AvroError) -> HTTPClient.Response {
        do throws(HTTPClient.Failure) {
            return try client.request(url + path, posting: body)
        } catch {
            throw AvroError(
                .registryUnreachable,
                "the schema registry \(shownURL) does not answer: \(error.message)",
                advice: "check registry.url, the network and the certificate authority"
            )
        }
    }

    private func object(_ response: HTTPClient.Response, _ what: String) throws(AvroError) -> JSONValue {
        let answer = try? JSONParser.parse(response.body)
        guard (200..<300).contains(response.status), let answer else {
            let reason = answer?["message"]?.text.map { ": \($0)" } ?? ""
            throw AvroError(
                .registryUnreachable,
                "the schema registry \(shownURL) answered \(what) with status \(response.status)"
                    + (answer == nil ? " and \(HTTPSchemaRegistry.brief(response.body))" : reason),
                advice: HTTPSchemaRegistry.advice(status: response.status, isJSON: answer != nil)
            )
        }
        return answer
    }

    private static func advice(status: Int, isJSON: Bool) -> String? {
        switch status {
        case 401, 403: "check user and password in registry.url"
        case 200..<300 where !isJSON:
            "registry.url leads to something else than a schema registry's API, or a login page or proxy stands before it: "
                + "check host, port and path, and that GET /subjects there answers JSON"
        default: nil
        }
    }

    /// What an answer that is no JSON is, in a few words.
    private static func brief(_ body: [UInt8]) -> String {
        guard !body.isEmpty else { return "an empty body" }
        let start = String(decoding: body.prefix(200), as: UTF8.self).split(whereSeparator: \.isWhitespace)
            .joined(separator: " ").prefix(60)
        let lower = start.lowercased()
        let isPage = lower.hasPrefix("<!doctype html") || lower.hasPrefix("<html")
        return (isPage ? "a web page" : "a body that is no JSON") + " ('\(start)')"
    }

    private static func escaped(_ subject: String) -> String {
        var text = ""
        for byte in subject.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return text
    }

    /// A clock that is never set back.
    private static func seconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
