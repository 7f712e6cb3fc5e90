import CAvro
import Foundation
import Synchronization

@testable import Avro

/// The second opinion: Apache's C library, one thread at a time (its errors are one static buffer).
enum LibAvro {
    struct Refusal: Error {
        var message: String
    }

    /// Parses a schema.
    static func accept(_ json: String) throws {
        try LibAvroReader.turn.withLock { _ in
            _ = avro_schema_decref(try LibAvroReader.parse(json))
        }
    }

    /// Decodes one datum.
    static func decode(_ datum: [UInt8], schema json: String, as ours: AvroSchema) throws -> AvroValue {
        try LibAvroReader.turn.withLock { _ in
            try withValue(json) { value in
                try datum.withUnsafeBytes { bytes in
                    let text = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
                    let reader = avro_reader_memory(text, Int64(bytes.count))
                    defer { avro_reader_free(reader) }
                    guard avro_value_read(reader, value) == 0 else { throw refusal() }
                }
                return try LibAvroValue.converted(value, ours, ours.root)
            }
        }
    }

    /// Decodes all records of a container.
    static func decode(container: [UInt8], schema json: String, as ours: AvroSchema) throws -> [AvroValue] {
        try LibAvroReader.turn.withLock { _ in
            var copy = container
            return try copy.withUnsafeMutableBytes { bytes in
                guard let file = fmemopen(bytes.baseAddress, bytes.count, "rb") else {
                    throw Refusal(message: "fmemopen")
                }
                var reader: avro_file_reader_t?
                guard avro_file_reader_fp(file, "memory", 1, &reader) == 0, let reader else { throw refusal() }
                defer { avro_file_reader_close(reader) }
                var values: [AvroValue] = []
                try withValue(json) { value in
                    while true {
                        trifid_avro_reset(value)
                        let status = avro_file_reader_read_value(reader, value)
                        if status == EOF { break }
                        guard status == 0 else { throw refusal() }
                        values.append(try LibAvroValue.converted(value, ours, ours.root))
                    }
                }
                return values
            }
        }
    }

    private static func withValue<Result>(
        _ json: String,
        _ body: (UnsafeMutablePointer<avro_value_t>) throws -> Result
    ) throws -> Result {
        let parsed = try LibAvroReader.parse(json)
        defer { avro_schema_decref(parsed) }
        guard let iface = avro_generic_class_from_schema(parsed) else { throw refusal() }
        defer { trifid_avro_iface_decref(iface) }
        var value = avro_value_t()
        guard avro_generic_value_new(iface, &value) == 0 else { throw refusal() }
        defer { trifid_avro_decref(&value) }
        return try body(&value)
    }

    private static func refusal() -> Refusal {
        Refusal(message: String(cString: avro_strerror()))
    }
}
