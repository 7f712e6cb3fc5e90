package import Archive
package import Avro
import Ground
import Sky

/// Annotated alerts as JSON: the names of the Avro schema, 64-bit ids as strings, bytes as their length.
package enum AnnotatedAlertJSON {
    /// Fields whose 64 bits JavaScript's numbers would not hold.
    private static let identifiers: Set<String> = ["alertId", "spectrumId"]

    /// One JSON object for a decoded annotated alert.
    package static func text(_ value: AvroValue) -> String {
        var json = JSONText(capacity: 4096)
        if case .record(let record) = value {
            json.object { append(record, to: &$0) }
        }
        return json.text
    }

    /// One JSON object for an annotated alert.
    ///
    /// - Parameters:
    ///   - lightCurve: how much of the packet's light curve it carries.
    ///   - schema: that of `Schemas/annotated_alert.avsc`.
    package static func text(
        _ annotated: AnnotatedAlert,
        lightCurve: DatumFraming.LightCurveExtent = .none,
        schema: AvroSchema
    ) throws -> String {
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        let fields = AppendedFields(AppendedContents(lightCurve: lightCurve), of: annotated.alert, in: nothing)
        let datum = fields.appended(to: AnnotatedAlertEncoding.datum(annotated), version: .current)
        return try datum.withUnsafeBytes { text(try AvroValue.decode($0, as: schema).value) }
    }

    private static func append(_ record: AvroRecord, to json: inout JSONText) {
        for field in record.fields {
            if identifiers.contains(field.name), case .long(let id) = field.value {
                json.member(field.name, String(id))
            } else {
                append(field.value, named: field.name, to: &json)
            }
        }
    }

    private static func append(_ value: AvroValue, named name: String, to json: inout JSONText) {
        switch value {
        case .record(let record): json.object(name) { append(record, to: &$0) }
        case .map(let map):
            json.object(name) {
                for key in map.keys.sorted() { append(map[key] ?? .null, named: key, to: &$0) }
            }
        case .array(let items): json.array(name) { for item in items { append(item, to: &$0) } }
        case .union(_, let inner): append(inner, named: name, to: &json)
        case .bytes(let bytes), .fixed(let bytes): json.object(name) { $0.member("bytes", bytes.count) }
        default: json.member(name, scalar(value))
        }
    }

    private static func append(_ item: AvroValue, to json: inout JSONText) {
        switch item {
        case .record(let record): json.object { append(record, to: &$0) }
        case .array(let items): json.array { for item in items { append(item, to: &$0) } }
        case .union(_, let inner): append(inner, to: &json)
        default: json.element(scalar(item))
        }
    }

    private static func scalar(_ value: AvroValue) -> (any JSONScalar)? {
        switch value {
        case .boolean(let value): value
        case .int(let value): Int(value)
        case .long(let value): Int(value)
        case .float(let value): value
        case .double(let value): value
        case .string(let value), .enumeration(let value): value
        default: nil
        }
    }
}
