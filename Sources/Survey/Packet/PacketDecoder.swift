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

    private let framing: Framing?
    private let formats: [any PacketFormat]
    private let records: [DecodedRecord]
    /// A schema of which no alerts can be made is remembered with its error.
    private let messages: FramedMessages<Result<Source, PacketError>>
    private let notices = Notices()

    /// A decoder.
    /// - Parameters:
    ///   - registry: where the schemas of framed messages come from; without one these are errors.
    ///   - framing: the one framing that is taken, another is an error; nil takes all.
    public init(registry: (any SchemaRegistry)?, framing: Framing? = nil) {
        let formats = Surveys.formats.map { $0.init() as any PacketFormat }
        self.framing = framing
        self.formats = formats
        records = formats.map { DecodedRecord($0.reader) }
        messages = FramedMessages(
            lookUp: { key in try Self.schema(key, registry) },
            size: { schema, source in (try? source.get().plan.memory) ?? 1024 },
            make: { [notices] schema, _ in
                Result { () throws(PacketError) in try Self.source(of: schema, formats, notices) }
            }
        )
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
        var bodyError: (any Error)?
        var count = 0
        do {
            try messages.forEach(in: message, trailing: PacketError.trailingBytes) { bytes, source in
                let (used, result) = try alert(bytes, source.get())
                // A framed message that goes on after its record was written with another schema.
                guard found == .container || used == bytes.count else { return used }
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

    private static func schema(
        _ key: FramedDatum.SchemaKey,
        _ registry: (any SchemaRegistry)?
    ) throws(PacketError) -> AvroSchema {
        guard let registry else {
            throw PacketError(
                .schema,
                .noRegistry,
                value: "\(key)",
                "the message names the schema \(key): set registry.url or registry.schemas"
            )
        }
        do { return try registry.schema(key) } catch { throw PacketError(error, .schema) }
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
