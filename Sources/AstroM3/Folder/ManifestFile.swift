import FoundationEssentials
import Ground
import Tensor

/// `model.json` as bytes: reading it, and the checksum that it carries of itself.
enum ManifestFile {
    static let name = "model.json"
    private static let blank = String(repeating: "0", count: 64)

    /// Reads a manifest, checks its own checksum and its values.
    static func decode(_ data: Data) throws(ModelError) -> ModelManifest {
        let manifest = try parse(data)
        let found = try checksum(of: data, stated: manifest.checksum)
        guard found == manifest.checksum else {
            throw .checksum(file: name, expected: manifest.checksum, found: found)
        }
        try manifest.validate()
        return manifest
    }

    /// The bytes of a manifest with its checksum in them.
    static func encode(_ manifest: ModelManifest) throws(ModelError) -> Data {
        try manifest.validate()
        var manifest = manifest
        manifest.checksum = blank
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            let data = try encoder.encode(manifest)
            return try replace(blank, by: checksum(of: data, stated: blank), in: data)
        } catch let error as ModelError {
            throw error
        } catch {
            throw .file(path: name, reason: "cannot be written: \(error.inWords)")
        }
    }

    /// Reads a manifest without looking at its checksum.
    static func parse(_ data: Data) throws(ModelError) -> ModelManifest {
        do {
            return try JSONDecoder().decode(ModelManifest.self, from: data)
        } catch let error as DecodingError {
            throw describe(error)
        } catch {
            throw .file(path: name, reason: "is not JSON: \(error)")
        }
    }

    /// SHA-256 of the file with the 64 digits of its checksum as zeros.
    private static func checksum(of data: Data, stated: String) throws(ModelError) -> String {
        let digits = stated.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        guard stated.utf8.count == 64, digits else {
            throw .manifest(field: "checksum", value: stated, expected: "64 hexadecimal digits in lower case")
        }
        return SHA256.hexadecimal(try replace(stated, by: blank, in: data))
    }

    /// The bytes with one quoted text in place of another, which stands there exactly once.
    private static func replace(_ old: String, by new: String, in data: Data) throws(ModelError) -> Data {
        let quoted = Array("\"\(old)\"".utf8)
        var bytes = Array(data)
        let places = bytes.indices.dropLast(quoted.count - 1).filter { place in
            bytes[place] == quoted[0] && bytes[place..<place + quoted.count].elementsEqual(quoted)
        }
        guard places.count == 1, let place = places.first else {
            throw .manifest(field: "checksum", value: old, expected: "a value that stands in the file once")
        }
        bytes.replaceSubrange(place..<place + quoted.count, with: "\"\(new)\"".utf8)
        return Data(bytes)
    }

    private static func describe(_ error: DecodingError) -> ModelError {
        func field(_ path: [any CodingKey], _ last: (any CodingKey)? = nil) -> String {
            let keys = path + (last.map { [$0] } ?? [])
            return keys.reduce("") { text, key in
                if let index = key.intValue { return "\(text)[\(index)]" }
                return text.isEmpty ? key.stringValue : "\(text).\(key.stringValue)"
            }
        }
        switch error {
        case .keyNotFound(let key, let context):
            return .manifest(field: field(context.codingPath, key), value: "missing", expected: "a value")
        case .valueNotFound(let type, let context):
            return .manifest(field: field(context.codingPath), value: "null", expected: "\(type)")
        case .typeMismatch(let type, let context):
            return .manifest(field: field(context.codingPath), value: "of another type", expected: "\(type)")
        case .dataCorrupted(let context):
            guard !context.codingPath.isEmpty else {
                return .file(path: name, reason: "is not JSON: \(context.debugDescription)")
            }
            return .manifest(
                field: field(context.codingPath),
                value: "not allowed",
                expected: context.debugDescription
            )
        @unknown default:
            return .file(path: name, reason: "cannot be read: \(error.inWords)")
        }
    }
}
