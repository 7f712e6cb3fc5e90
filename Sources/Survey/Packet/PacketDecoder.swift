public import Avro
public import Sky

/// Makes alerts of a survey's messages; one instance a thread.
///
/// The framing is recognised by the first bytes (an object container, Confluent's wire format, Avro's single-object
/// encoding), the survey by the writer's schema. What is compiled from a schema is kept by the container's header or by
/// the schema's id or fingerprint, so that a message costs its own bytes only.
public final class PacketDecoder {
    /// What is known of the packets of one writer's schema.
    private struct Source {
        let survey: Int
        let plan: DecodePlan
        let schemaVersion: String
    }

    private let registry: (any SchemaRegistry)?
    private let framing: Framing?
    private let formats: [any PacketFormat]
    private let records: [DecodedRecord]
    private let containers: ObjectContainerReader<Source>
    private let notices = Notices()
    private var framed = BoundedCache<FramedDatum.SchemaKey, Result<Source, PacketError>>()

    /// A decoder.
    /// - Parameters:
    ///   - registry: where the schemas of framed messages come from; without one these are errors.
    ///   - framing: the one framing that is taken, another is an error; nil takes all.
    public init(registry: (any SchemaRegistry)?, framing: Framing? = nil) {
        let formats = Surveys.formats.map { $0.init() as any PacketFormat }
        self.registry = registry
        self.framing = framing
        self.formats = formats
        records = formats.map { DecodedRecord($0.reader) }
        containers = ObjectContainerReader { [notices] header in
            try Self.source(of: header.schema, formats, notices)
        }
    }

    /// The schemas met since the last call that have fields which cannot be read: their alerts lack these fields. What
    /// this decoder or another has told before may come again (`SchemaNotices`).
    public func takeSchemaNotices() -> [SchemaNotice] {
        defer { notices.list = [] }
        return notices.list
    }

    /// Bounded, in case that nobody takes them.
    private final class Notices {
        var list: [SchemaNotice] = []

        func add(_ notice: SchemaNotice) {
            if !notice.unreadable.isEmpty, list.count < 256 { list.append(notice) }
        }
    }

    /// Decodes a message and calls `body` for each of its records, in order. `datum` is what the alert's cutouts are
    /// ranges of; it is valid during the call only.
    /// - Throws: `PacketError` for the first record that gives no alert, or what `body` throws.
    public func decode(
        _ message: UnsafeRawBufferPointer,
        _ body: (_ alert: Alert, _ datum: UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try decodeEach(message) { result, datum in
            try body(result.get(), datum)
        }
    }

    /// Decodes a message and calls `body` for each of its records, in order, with an alert or the reason why it gave
    /// none; a record whose bytes cannot be decoded ends the message, since where the next one starts is not known.
    /// - Throws: `PacketError` if the message itself cannot be read, or what `body` throws.
    public func decodeEach(
        _ message: UnsafeRawBufferPointer,
        _ body: (_ result: Result<Alert, PacketError>, _ datum: UnsafeRawBufferPointer) throws -> Void
    ) throws {
        guard let found = Framing(of: message) else { throw PacketError.unknownFraming(message) }
        if let framing, framing != found { throw PacketError.otherFraming(found, expected: framing) }
        switch found {
        case .container: try decodeContainer(message, body)
        case .confluent, .singleObject: try decodeFramed(message, body)
        }
    }

    private func decodeContainer(
        _ message: UnsafeRawBufferPointer,
        _ body: (Result<Alert, PacketError>, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var bodyError: (any Error)?
        var count = 0
        do {
            try containers.forEach(in: message) { bytes, source in
                let (used, result) = try alert(bytes, source)
                count += 1
                do {
                    try body(result, UnsafeRawBufferPointer(rebasing: bytes[..<used]))
                } catch {
                    bodyError = error
                    throw error
                }
                return used
            }
        } catch {
            if let bodyError { throw bodyError }
            if let error = error as? AvroError { throw PacketError(error, .frame) }
            throw error
        }
        if count == 0 { throw PacketError(.frame, .noRecords, value: "0 records", "the container holds no alert") }
    }

    private func decodeFramed(
        _ message: UnsafeRawBufferPointer,
        _ body: (Result<Alert, PacketError>, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let frame: FramedDatum
        do { frame = try FramedDatum(message) } catch { throw PacketError(error, .frame) }
        let datum = UnsafeRawBufferPointer(rebasing: message[frame.headerSize...])
        let (used, result) = try alert(datum, try source(frame.key))
        guard used == datum.count else {
            throw PacketError.trailingBytes(datum.count - used, schema: frame.key)
        }
        try body(result, datum)
    }

    private func alert(
        _ bytes: UnsafeRawBufferPointer,
        _ source: Source
    ) throws(PacketError) -> (used: Int, result: Result<Alert, PacketError>) {
        let record = records[source.survey]
        let used: Int
        do { used = try source.plan.decode(bytes, into: record) } catch { throw PacketError(error, .decode) }
        let packet = Packet(record: record, datum: bytes, schemaVersion: source.schemaVersion)
        do {
            return (used, .success(try formats[source.survey].alert(in: packet)))
        } catch {
            return (used, .failure(error))
        }
    }

    private func source(_ key: FramedDatum.SchemaKey) throws(PacketError) -> Source {
        if let known = framed[key] { return try known.get() }
        guard let registry else {
            throw PacketError(
                .schema,
                .noRegistry,
                value: "\(key)",
                "the message names the schema \(key): set registry.url or registry.schemas"
            )
        }
        let schema: AvroSchema
        do { schema = try registry.schema(key) } catch { throw PacketError(error, .schema) }
        do {
            let source = try Self.source(of: schema, formats, notices)
            framed.keep(.success(source), for: key, bytes: source.plan.memory)
            return source
        } catch {
            framed.keep(.failure(error), for: key)
            throw error
        }
    }

    private static func source(
        of schema: AvroSchema,
        _ formats: [any PacketFormat],
        _ notices: Notices
    ) throws(PacketError) -> Source {
        let survey = try Surveys.index(of: schema)
        let format = formats[survey]
        do {
            let plan = try DecodePlan(writer: schema, reader: format.reader)
            let version = type(of: format).version(of: schema)
            notices.add(SchemaNotice(schema: schema, version: version, unreadable: plan.unreadable))
            return Source(survey: survey, plan: plan, schemaVersion: version)
        } catch {
            throw PacketError(error, .schema)
        }
    }
}

extension PacketError {
    /// A message with a schema's id goes on after its record.
    public static func trailingBytes(_ count: Int, schema: FramedDatum.SchemaKey) -> PacketError {
        PacketError(
            .decode,
            .trailingBytes,
            value: "\(count) bytes",
            "the message goes on for \(count) bytes after the record: it was not written with the schema \(schema) that it names"
        )
    }

    fileprivate static func otherFraming(
        _ found: PacketDecoder.Framing,
        expected: PacketDecoder.Framing
    ) -> PacketError {
        PacketError(
            .frame,
            .otherFraming,
            value: found.rawValue,
            "the message is \(found.title), and \(expected.title) is expected: set input.framing to auto or to \(found.rawValue)"
        )
    }

    fileprivate static func unknownFraming(_ message: UnsafeRawBufferPointer) -> PacketError {
        guard !message.isEmpty else { return PacketError(.frame, .empty, value: "0 bytes", "the message is empty") }
        let start = message.prefix(4).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }
        return PacketError(
            .frame,
            .unknownFraming,
            value: start.joined(separator: " "),
            "a message starts with an object container (4f 62 6a 01) or with Confluent's 00 and a schema id, or with Avro's c3 01 and a fingerprint"
        )
    }
}
