import CAvro
import Foundation
import Synchronization

@testable import Avro

/// The second opinion: Apache's C library, one thread at a time (its errors are one static buffer).
enum LibAvro {
    struct Refusal: Error {
        var message: String
    }

    private static let lock = Mutex<Void>(())

    /// Parses a schema.
    static func accept(_ json: String) throws {
        try lock.withLock { _ in
            _ = avro_schema_decref(try schema(json))
        }
    }

    /// Decodes one datum.
    static func decode(_ datum: [UInt8], schema json: String, as ours: AvroSchema) throws -> AvroValue {
        try lock.withLock { _ in
            try withValue(json) { value in
                try datum.withUnsafeBytes { bytes in
                    let text = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
                    let reader = avro_reader_memory(text, Int64(bytes.count))
                    defer { avro_reader_free(reader) }
                    guard avro_value_read(reader, value) == 0 else { throw refusal() }
                }
                return try convert(value, ours, ours.root)
            }
        }
    }

    /// Decodes all records of a container.
    static func decode(container: [UInt8], schema json: String, as ours: AvroSchema) throws -> [AvroValue] {
        try lock.withLock { _ in
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
                        values.append(try convert(value, ours, ours.root))
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
        let parsed = try schema(json)
        defer { avro_schema_decref(parsed) }
        guard let iface = avro_generic_class_from_schema(parsed) else { throw refusal() }
        defer { trifid_avro_iface_decref(iface) }
        var value = avro_value_t()
        guard avro_generic_value_new(iface, &value) == 0 else { throw refusal() }
        defer { trifid_avro_decref(&value) }
        return try body(&value)
    }

    private static func schema(_ json: String) throws -> avro_schema_t {
        var text = json
        var schema: avro_schema_t?
        let status = text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) { avro_schema_from_json_length($0.baseAddress, $0.count, &schema) }
        }
        guard status == 0, let schema else { throw refusal() }
        return schema
    }

    private static func refusal() -> Refusal {
        Refusal(message: String(cString: avro_strerror()))
    }

    private static func check(_ status: Int32) throws {
        guard status == 0 else { throw refusal() }
    }

    private static func convert(
        _ value: UnsafeMutablePointer<avro_value_t>,
        _ schema: AvroSchema,
        _ type: AvroSchema.TypeIndex
    ) throws -> AvroValue {
        switch schema[type] {
        case .null:
            return .null
        case .boolean:
            var flag: Int32 = 0
            try check(trifid_avro_get_boolean(value, &flag))
            return .boolean(flag != 0)
        case .int:
            var integer: Int32 = 0
            try check(trifid_avro_get_int(value, &integer))
            return .int(integer)
        case .long:
            var integer: Int64 = 0
            try check(trifid_avro_get_long(value, &integer))
            return .long(integer)
        case .float:
            var number: Float = 0
            try check(trifid_avro_get_float(value, &number))
            return .float(number)
        case .double:
            var number = 0.0
            try check(trifid_avro_get_double(value, &number))
            return .double(number)
        case .bytes:
            var bytes: UnsafeRawPointer?
            var count = 0
            try check(trifid_avro_get_bytes(value, &bytes, &count))
            return .bytes([UInt8](UnsafeRawBufferPointer(start: bytes, count: count)))
        case .fixed:
            var bytes: UnsafeRawPointer?
            var count = 0
            try check(trifid_avro_get_fixed(value, &bytes, &count))
            return .fixed([UInt8](UnsafeRawBufferPointer(start: bytes, count: count)))
        case .string:
            var text: UnsafePointer<CChar>?
            var count = 0
            try check(trifid_avro_get_string(value, &text, &count))
            let bytes = UnsafeRawBufferPointer(start: text, count: max(0, count - 1))
            return .string(String(decoding: bytes, as: UTF8.self))
        case .enumeration(_, let symbols, _):
            var index: Int32 = 0
            try check(trifid_avro_get_enum(value, &index))
            return .enumeration(symbols[Int(index)])
        case .union(let branches):
            var branch: Int32 = 0
            var child = avro_value_t()
            try check(trifid_avro_get_discriminant(value, &branch))
            try check(trifid_avro_get_current_branch(value, &child))
            let inner = try convert(&child, schema, branches[Int(branch)])
            return schema.isNullable(branches) ? inner : .union(Int(branch), inner)
        case .array(let item):
            return .array(
                try children(value).map { child in
                    var child = child.value
                    return try convert(&child, schema, item)
                }
            )
        case .map(let item):
            var entries: [String: AvroValue] = [:]
            for (name, value) in try children(value) {
                var child = value
                entries[name] = try convert(&child, schema, item)
            }
            return .map(entries)
        case .record(_, let fields):
            var values: [(name: String, value: AvroValue)] = []
            for (field, child) in zip(fields, try children(value)) {
                var inner = child.value
                values.append((field.name, try convert(&inner, schema, field.type)))
            }
            return .record(AvroRecord(values))
        }
    }

    private static func children(
        _ value: UnsafeMutablePointer<avro_value_t>
    ) throws -> [(name: String, value: avro_value_t)] {
        var count = 0
        try check(trifid_avro_get_size(value, &count))
        return try (0..<count).map { index in
            var child = avro_value_t()
            var name: UnsafePointer<CChar>?
            try check(trifid_avro_get_by_index(value, index, &child, &name))
            return (name.map { String(cString: $0) } ?? "", child)
        }
    }
}
