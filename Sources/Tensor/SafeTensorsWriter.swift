package import FoundationEssentials

extension SafeTensors {
    private struct HeaderEntry: Encodable {
        var dtype: String
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
    ///
    /// - Parameter isHalved: which of them are written in half precision; one with a number beyond it stays in single.
    package static func encode(
        _ tensors: [String: ShapedArray],
        metadata: [String: String] = [:],
        isHalved: (String) -> Bool = { _ in false }
    ) throws(FormatError) -> Data {
        var header: [String: HeaderValue] = [:]
        if !metadata.isEmpty { header["__metadata__"] = .metadata(metadata) }
        var offset = 0
        let names = tensors.keys.sorted()
        let halved = Set(names.filter { isHalved($0) && (tensors[$0]?.fitsHalfPrecision ?? false) })
        for name in names {
            guard let tensor = tensors[name] else { continue }
            let type = halved.contains(name) ? NumberType.float16 : .float32
            let end = offset + type.size * tensor.values.count
            header[name] = .tensor(
                HeaderEntry(dtype: type.rawValue, shape: tensor.shape, data_offsets: [offset, end])
            )
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
            guard let values = tensors[name]?.values else { continue }
            if halved.contains(name) {
                values.map { Float16($0).bitPattern.littleEndian }.withUnsafeBytes { file.append(contentsOf: $0) }
            } else {
                values.withUnsafeBytes { file.append(contentsOf: $0) }
            }
        }
        return file
    }
}
