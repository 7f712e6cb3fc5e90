import Foundation
import Synchronization
import Testing

@testable import Avro

@Suite struct SchemaRegistryTests {
    private static let record =
        #"{"type":"record","name":"r","doc":"é","fields":[{"name":"x","type":"long","default":1}]}"#

    private static func quoted(_ text: String) -> String { JSONValue.string(text).description }

    private func server(_ answer: @escaping @Sendable (String) -> (Int, String)) throws -> LocalHTTPServer {
        try LocalHTTPServer { request in
            let path = request.line.split(separator: " ").dropFirst().first.map(String.init) ?? ""
            let (status, body) = answer(path)
            return LocalHTTPServer.Answer(status: status, body: body)
        }
    }

    @Test func aSchemaIsAskedForOnce() throws {
        let server = try server { path in
            path == "/schemas/ids/900"
                ? (200, "{\"schema\":\(SchemaRegistryTests.quoted(SchemaRegistryTests.record))}")
                : (404, #"{"error_code":40403,"message":"Schema not found"}"#)
        }
        defer { server.stop() }
        let registry = try HTTPSchemaRegistry(url: "http://127.0.0.1:\(server.port)/")
        for _ in 0..<5 { #expect(try registry.schema(id: 900).description == SchemaRegistryTests.record) }
        #expect(server.requests == 1)
    }

    @Test func anUnknownIdIsAskedForOnceInAWhile() throws {
        let server = try server { _ in (404, #"{"error_code":40403,"message":"Schema not found"}"#) }
        defer { server.stop() }
        let registry = try HTTPSchemaRegistry(url: "http://127.0.0.1:\(server.port)")
        for _ in 0..<5 {
            let error = #expect(throws: AvroError.self) { try registry.schema(id: 7) }
            #expect(error?.kind == .unknownSchemaId)
            #expect(error?.description.contains("7") == true)
        }
        #expect(server.requests == 1)
        let impatient = try HTTPSchemaRegistry(url: "http://127.0.0.1:\(server.port)", negativeCaching: 0)
        for _ in 0..<3 { #expect(throws: AvroError.self) { try impatient.schema(id: 7) } }
        #expect(server.requests == 4)
    }

    @Test func theFallbackStandsInForARegistryThatIsAwayOrDoesNotKnow() throws {
        struct One: SchemaRegistry {
            func schema(id: Int32) throws(AvroError) -> AvroSchema {
                guard id == 1 else { throw AvroError(.unknownSchemaId, "none") }
                return try AvroSchema(json: "\"long\"")
            }
        }
        let server = try server { _ in (404, "{}") }
        let registry = try HTTPSchemaRegistry(url: "http://127.0.0.1:\(server.port)", fallback: One())
        #expect(try registry.schema(id: 1).description == "\"long\"")
        server.stop()
        let away = try HTTPSchemaRegistry(url: "http://127.0.0.1:\(server.port)", timeout: 2, fallback: One())
        #expect(try away.schema(id: 1).description == "\"long\"")
        let error = #expect(throws: AvroError.self) { try away.schema(id: 2) }
        #expect(error?.kind == .registryUnreachable)
    }

    @Test(arguments: [
        (200, "no JSON", AvroError.Kind.registryUnreachable), (200, "{}", .schema), (200, #"{"schema":"{"}"#, .schema),
        (200, #"{"schema":"\"long\"","schemaType":"PROTOBUF"}"#, .schema), (500, "{}", .registryUnreachable),
        (401, #"{"message":"who are you"}"#, .registryUnreachable),
    ]) func badAnswersAreNamed(status: Int, body: String, kind: AvroError.Kind) throws {
        let server = try server { _ in (status, body) }
        defer { server.stop() }
        let registry = try HTTPSchemaRegistry(url: "http://user:secret@127.0.0.1:\(server.port)")
        let error = #expect(throws: AvroError.self) { try registry.schema(id: 3) }
        #expect(error?.kind == kind)
        #expect(error?.description.contains("secret") == false)
    }

    @Test func aWebPageIsToldFromARegistry() throws {
        let server = try server { _ in (200, "<!DOCTYPE html>\n<html><head><title>Log in</title>") }
        defer { server.stop() }
        let registry = try HTTPSchemaRegistry(url: "http://127.0.0.1:\(server.port)")
        let error = #expect(throws: AvroError.self) { try registry.schema(id: 3) }
        #expect(error?.description.contains("with status 200 and a web page ('<!DOCTYPE html> <html>") == true)
        #expect(error?.advice?.contains("check host, port and path") == true)
    }

    private static func answer(_ schema: String, _ references: [(name: String, subject: String)] = []) -> String {
        let list = references.map {
            "{\"name\":\"\($0.name)\",\"subject\":\"\($0.subject)\",\"version\":1}"
        }
        return "{\"schema\":\(quoted(schema)),\"references\":[\(list.joined(separator: ","))]}"
    }

    @Test func referencesOfASchemaAreFetched() throws {
        let source = #"{"type":"record","name":"n.source","fields":[{"name":"o","type":["null","n.object"]}]}"#
        // It refers back to the source, and both to a third.
        let object =
            #"{"type":"record","name":"n.object","fields":[{"name":"f","type":"n.f"},{"name":"s","type":["null","n.source"]}]}"#
        let fixed = #"{"type":"fixed","name":"n.f","size":2}"#
        let alert =
            #"{"type":"record","name":"n.alert","fields":[{"name":"s","type":"n.source"},{"name":"f","type":"n.f"}]}"#
        let server = try server { path in
            switch path {
            case "/schemas/ids/5": (200, Self.answer(alert, [("n.source", "s/1"), ("n.f", "f")]))
            case "/subjects/s%2F1/versions/1": (200, Self.answer(source, [("n.object", "o")]))
            case "/subjects/o/versions/1": (200, Self.answer(object, [("n.f", "f"), ("n.source", "s/1")]))
            case "/subjects/f/versions/1": (200, Self.answer(fixed))
            default: (404, "{}")
            }
        }
        defer { server.stop() }
        let registry = try HTTPSchemaRegistry(url: "http://127.0.0.1:\(server.port)")
        let schema = try registry.schema(id: 5)
        try LibAvro.accept(schema.description)
        #expect(schema.name == "n.alert" && schema.description.contains("n.object"))
        #expect(server.requests == 4)
    }

    @Test func aReferenceThatIsGoneAndTooManyAreRefused() throws {
        let schema = #"{"type":"record","name":"n.alert","fields":[{"name":"s","type":"n.s1"}]}"#
        let server = try server { path in
            let number = path.split(separator: "/").compactMap { Int($0.drop { $0 == "s" }) }.first ?? 0
            if path == "/schemas/ids/5" { return (200, Self.answer(schema, [("n.s1", "gone")])) }
            if path == "/schemas/ids/6" { return (200, Self.answer(schema, [("n.s1", "s1")])) }
            if path.contains("gone") { return (404, "{}") }
            let next = number + 1
            let one =
                "{\"type\":\"record\",\"name\":\"n.s\(number)\",\"fields\":[{\"name\":\"x\",\"type\":\"n.s\(next)\"}]}"
            return (200, Self.answer(one, [("n.s\(next)", "s\(next)")]))
        }
        defer { server.stop() }
        let registry = try HTTPSchemaRegistry(url: "http://127.0.0.1:\(server.port)")
        let gone = #expect(throws: AvroError.self) { try registry.schema(id: 5) }
        #expect(gone?.kind == .schema && gone?.message.contains("'gone'") == true)
        #expect(gone?.advice?.contains("5.avsc") == true)
        let many = #expect(throws: AvroError.self) { try registry.schema(id: 6) }
        #expect(many?.kind == .schemaTooLarge)
        #expect(server.requests <= 70)
    }

    @Test func anAnswerThatIsTooLongIsCutOff() throws {
        let long = String(repeating: " ", count: 9 << 20)
        let server = try server { _ in (200, "{\"schema\":\"" + long + "\"}") }
        defer { server.stop() }
        let registry = try HTTPSchemaRegistry(url: "http://127.0.0.1:\(server.port)")
        let error = #expect(throws: AvroError.self) { try registry.schema(id: 3) }
        #expect(error?.kind == .registryUnreachable && error?.message.contains("more than") == true)
    }

    @Test func schemasOfAFolderAreFoundByTheirFingerprint() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/avro-prints-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (name, text) in [("a.avsc", Self.record), ("7.avsc", "\"long\"")] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
        }
        let known = try FolderSchemaRegistry(folder)
        let print = try AvroSchema(json: Self.record).fingerprint
        #expect(try known.schema(fingerprint: print).description == Self.record)
        #expect(try known.schema(fingerprint: try AvroSchema(json: "\"long\"").fingerprint).description == "\"long\"")
        let error = #expect(throws: AvroError.self) { try known.schema(fingerprint: 1) }
        #expect(error?.kind == .unknownSchemaId && error?.message.contains("0000000000000001") == true)
        let registry = try HTTPSchemaRegistry(url: "http://127.0.0.1:1", fallback: known)
        #expect(try registry.schema(.fingerprint(print)).description == Self.record)
    }

    @Test func whatTheCacheHoldsIsBoundedInSize() throws {
        let schema = try AvroSchema(json: Self.record)
        let size = schema.json.valueCount
        var cache = SchemaCache(negativeCaching: 5, maximumSize: 3 * size)
        for id in 0..<3 as Range<Int32> { cache.store(id, .success(schema), at: 0) }
        #expect((0..<3).filter { cache.find($0, at: 0) != nil }.count == 3)
        for id in 3..<100 as Range<Int32> { cache.store(id, .success(schema), at: 0) }
        #expect((0..<100).filter { cache.find($0, at: 0) != nil }.count == 3)
    }

    @Test func userAndPasswordOfTheURLAreSent() throws {
        let header = Mutex("")
        let server = try LocalHTTPServer { request in
            header.withLock { $0 = request.headers }
            return LocalHTTPServer.Answer(status: 200, body: #"{"schema":"\"long\""}"#)
        }
        defer { server.stop() }
        _ = try HTTPSchemaRegistry(url: "http://user:pass@127.0.0.1:\(server.port)").schema(id: 3)
        #expect(header.withLock { $0 }.contains("Authorization: Basic dXNlcjpwYXNz"))
    }

    @Test func aRegistryThatDoesNotAnswerInTimeIsGivenUp() throws {
        let server = try LocalHTTPServer { _ in LocalHTTPServer.Answer(status: 200, body: "{}", delay: 3) }
        defer { server.stop() }
        let registry = try HTTPSchemaRegistry(url: "http://127.0.0.1:\(server.port)", timeout: 0.2)
        let error = #expect(throws: AvroError.self) { try registry.schema(id: 3) }
        #expect(error?.kind == .registryUnreachable)
    }

    @Test func aSchemaIsRegisteredUnderItsSubject() throws {
        let posted = Mutex(("", ""))
        let server = try LocalHTTPServer { request in
            posted.withLock { $0 = (request.line, request.body) }
            return LocalHTTPServer.Answer(status: 200, body: #"{"id":42}"#)
        }
        defer { server.stop() }
        let registry = try HTTPSchemaRegistry(url: "http://127.0.0.1:\(server.port)")
        let schema = try AvroSchema(json: SchemaRegistryTests.record)
        #expect(try registry.register(schema, subject: "trifid.alerts/a-value") == 42)
        let (line, body) = posted.withLock { $0 }
        #expect(line.hasPrefix("POST /subjects/trifid.alerts%2Fa-value/versions "))
        #expect(try JSONParser.parse(body.utf8)["schema"]?.text == SchemaRegistryTests.record)
        #expect(try registry.schema(id: 42) == schema)
        #expect(server.requests == 1)
    }

    @Test func oneHandleServesManyThreads() throws {
        let server = try server { path in (200, "{\"schema\":\(SchemaRegistryTests.quoted("\"long\""))}") }
        defer { server.stop() }
        let registry = try HTTPSchemaRegistry(url: "http://127.0.0.1:\(server.port)")
        let found = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 40) { index in
            if (try? registry.schema(id: Int32(index % 10))) != nil { found.withLock { $0 += 1 } }
        }
        #expect(found.withLock { $0 } == 40)
    }

    @Test(arguments: ["", "localhost:8081", "ftp://host", "http://", "file:///etc/passwd"])
    func whatIsNoURLIsRefused(url: String) {
        #expect(throws: AvroError.self) { try HTTPSchemaRegistry(url: url) }
    }

    @Test func whatTheCacheHoldsIsBoundedAndAges() throws {
        let schema = try AvroSchema(json: "\"long\"")
        let failure = AvroError(.unknownSchemaId, "none")
        var cache = SchemaCache(negativeCaching: 5, capacity: 10)
        cache.store(1, .failure(failure), at: 100)
        #expect(throws: AvroError.self) { try cache.find(1, at: 104.9)?.get() }
        #expect(cache.find(1, at: 105) == nil)
        cache.store(1, .success(schema), at: 105)
        #expect(try cache.find(1, at: 1e9)?.get() == schema)
        for id in 100..<200 as Range<Int32> { cache.store(id, .failure(failure), at: 200) }
        for id in 100..<200 as Range<Int32> { cache.store(id, .success(schema), at: 200) }
        #expect((1..<200).filter { cache.find($0, at: 201) != nil }.count <= 20)
    }

    @Test func framesAreReadAndWritten() throws {
        for id in [0, 1, 704, 900, 1101, Int32.max] {
            let bytes = ConfluentFrame.header(schemaId: id) + [9, 9]
            #expect(bytes.withUnsafeBytes { ConfluentFrame.matches($0) })
            let frame = try bytes.withUnsafeBytes { try ConfluentFrame($0) }
            #expect(frame.schemaId == id)
        }
        #expect(ConfluentFrame.header(schemaId: 704) == [0, 0, 0, 2, 192])
        for (bytes, kind) in [([], AvroError.Kind.notAvro), ([1, 0, 0, 0, 0], .notAvro), ([0, 0, 0, 1], .truncated)]
            as [([UInt8], AvroError.Kind)]
        {
            let error = #expect(throws: AvroError.self) { try bytes.withUnsafeBytes { try ConfluentFrame($0) } }
            #expect(error?.kind == kind)
        }
    }
}
