package import FoundationEssentials

extension SafeTensors {
    private struct HeaderEntry: Encodable {
        var dtype = "F32"
        var shape: [Int]
        var data_offsets: [Int]
    }

    private enum HeaderValue: Encodable {
        case metadata([String: String])
        case tensor(HeaderEntry)

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .metadata(let value): try container.encode(value)
            case .tensor(let value): try container.encode(value)
            }
        }
    }

    /// The content of a file with tensors in single precision, in the order of their names: the same tensors give
    /// the same bytes.
    package static func encode(
        _ tensors: [String: ShapedArray],
        metadata: [String: String] = [:]
    ) throws(FormatError) -> Data {
        var header: [String: HeaderValue] = [:]
        if !metadata.isEmpty { header["__metadata__"] = .metadata(metadata) }
        var offset = 0
        let names = tensors.keys.sorted()
        for name in names {
            guard let tensor = tensors[name] else { continue }
            let end = offset + 4 * tensor.values.count
            header[name] = .tensor(HeaderEntry(shape: tensor.shape, data_offsets: [offset, end]))
            offset = end
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var json: Data
        do {
            json = try encoder.encode(header)
        } catch {
            throw FormatError(tensor: "", reason: "the header cannot be written: \(error)")
        }
        // Padded with spaces so that the numbers stand at a multiple of eight bytes.
        json.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - json.count % 8) % 8))
        var file = Data(capacity: 8 + json.count + offset)
        withUnsafeBytes(of: UInt64(json.count).littleEndian) { file.append(contentsOf: $0) }
        file.append(json)
        for name in names {
            tensors[name]?.values.withUnsafeBytes { file.append(contentsOf: $0) }
        }
        return file
    }
}
