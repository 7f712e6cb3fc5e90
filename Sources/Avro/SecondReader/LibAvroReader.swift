internal import CAvro
internal import Synchronization

/// Reads data of one schema by Apache's C library, so that what our writer writes is always read by another
/// implementation too.
///
/// Only for data that `AvroValue.decode` has read, and by a schema of ours: libavro 1.11 trusts lengths, leaks what is cut
/// off and lets five bytes grow to millions of items. It keeps its errors in one buffer for the process, so that all
/// instances take turns: not for the stream's threads.
public final class LibAvroReader {
    private let ours: AvroSchema
    private let schema: avro_schema_t
    private let iface: UnsafeMutablePointer<avro_value_iface_t>
    /// Used again for each datum.
    private var current: avro_value_t

    static let turn = Mutex<Void>(())

    /// A reader of a schema; make it once.
    /// - Throws: `AvroError` of kind `schema` where the library refuses it.
    public init(_ ours: AvroSchema) throws(AvroError) {
        self.ours = ours
        let text = ours.description
        let made = LibAvroReader.turn.withLock { _ in
            Result { () throws(AvroError) in try LibAvroReader.make(text) }
        }
        (schema, iface, current) = try made.get()
    }

    deinit {
        LibAvroReader.turn.withLock { _ in
            trifid_avro_decref(&current)
            trifid_avro_iface_decref(iface)
            _ = avro_schema_decref(schema)
        }
    }

    private typealias Handles = (avro_schema_t, UnsafeMutablePointer<avro_value_iface_t>, avro_value_t)

    private static func make(_ json: String) throws(AvroError) -> Handles {
        let parsed = try parse(json)
        guard let iface = avro_generic_class_from_schema(parsed) else {
            avro_schema_decref(parsed)
            throw refusal("the schema", .schema)
        }
        var value = avro_value_t()
        guard avro_generic_value_new(iface, &value) == 0 else {
            trifid_avro_iface_decref(iface)
            avro_schema_decref(parsed)
            throw refusal("the schema", .schema)
        }
        return (parsed, iface, value)
    }

    /// The library's own form of a schema, which the caller gives back; the turn must be taken.
    static func parse(_ json: String) throws(AvroError) -> avro_schema_t {
        var text = json
        var parsed: avro_schema_t?
        let status = text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) { avro_schema_from_json_length($0.baseAddress, $0.count, &parsed) }
        }
        guard status == 0, let parsed else { throw refusal("the schema", .schema) }
        return parsed
    }

    /// The value of a datum that takes all the bytes.
    /// - Throws: `AvroError` of kind `corrupt` where the library refuses it.
    public func value(of datum: UnsafeRawBufferPointer) throws(AvroError) -> AvroValue {
        let result = LibAvroReader.turn.withLock { _ in
            Result { () throws(AvroError) in
                let text = datum.baseAddress?.assumingMemoryBound(to: CChar.self)
                let reader = avro_reader_memory(text, Int64(datum.count))
                defer { avro_reader_free(reader) }
                guard trifid_avro_reset(&current) == 0, avro_value_read(reader, &current) == 0 else {
                    throw LibAvroReader.refusal("the datum")
                }
                // A reader of memory never says that it is at its end (1.11): it is there if not one byte can be skipped.
                guard avro_skip_data(reader, avro_schema_boolean()) != 0 else {
                    throw AvroError(.corrupt, "libavro reads the datum as shorter than we do")
                }
                return try LibAvroValue.converted(&current, ours, ours.root)
            }
        }
        return try result.get()
    }

    /// Reads a datum a second time and compares.
    /// - Parameter value: what `AvroValue.decode` gave, in as many bytes as `datum` has.
    /// - Returns: the value that the library reads, which is the same.
    /// - Throws: `AvroError` of kind `corrupt` where the library refuses the datum or reads another value.
    @discardableResult
    public func confirm(_ value: AvroValue, of datum: UnsafeRawBufferPointer) throws(AvroError) -> AvroValue {
        let theirs: AvroValue
        do {
            theirs = try self.value(of: datum)
        } catch {
            throw LibAvroReader.disagreement("\(error.message), which our own reader takes")
        }
        guard theirs == value else {
            throw LibAvroReader.disagreement("libavro reads another value than our own reader")
        }
        return theirs
    }

    private static func disagreement(_ what: String) -> AvroError {
        AvroError(
            .corrupt,
            what,
            advice: "keep the message and report it: one of the two readers, or the writer, is wrong"
        )
    }

    static func refusal(_ what: String, _ kind: AvroError.Kind = .corrupt) -> AvroError {
        AvroError(
            kind,
            "libavro refuses \(what): \(String(cString: avro_strerror()))"
        )
    }
}
