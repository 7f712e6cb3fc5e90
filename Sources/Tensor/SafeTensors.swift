package import FoundationEssentials

/// Tensors by name in the safetensors format: the header's length as a little-endian u64, a JSON header, raw
/// little-endian numbers (https://github.com/huggingface/safetensors).
package struct SafeTensors: Sendable {
    /// Why a file was refused.
    package struct FormatError: Error, Hashable, Sendable, CustomStringConvertible {
        /// Name of the tensor, empty for the file as a whole.
        package var tensor: String
        /// What is wrong.
        package var reason: String

        /// The error in words.
        package var description: String {
            tensor.isEmpty ? "safetensors: \(reason)" : "safetensors: tensor \(tensor): \(reason)"
        }
    }

    /// Longest header that is read, in bytes.
    package static let maximumHeader = 100 << 20

    struct Entry: Sendable {
        var type: NumberType
        var shape: [Int]
        var range: Range<Int>
    }

    /// How a number is stored.
    enum NumberType: String, Sendable {
        case float64 = "F64"
        case float32 = "F32"
        case float16 = "F16"
        case bfloat16 = "BF16"

        var size: Int {
            switch self {
            case .float64: 8
            case .float32: 4
            case .float16, .bfloat16: 2
            }
        }
    }

    /// Free text that came with the tensors.
    package let metadata: [String: String]
    private let entries: [String: Entry]
    private let data: Data

    /// Names of the tensors, sorted.
    package var names: [String] { entries.keys.sorted() }

    /// Reads the header of a file's content and checks it against the content's length.
    package init(_ data: Data) throws(FormatError) {
        let header = try Self.header(of: data)
        metadata = header.metadata
        entries = try Self.check(header.tensors, dataLength: data.count - header.length)
        self.data = data.dropFirst(header.length)
    }

    /// The shape of a tensor; nil where there is none of that name.
    package func shape(of name: String) -> [Int]? {
        entries[name]?.shape
    }

    /// A tensor as single precision numbers; nil where there is none of that name.
    package func read(_ name: String) -> ShapedArray? {
        guard let entry = entries[name] else { return nil }
        let count = entry.range.count / entry.type.size
        let values = data.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) in
            let bytes = UnsafeRawBufferPointer(rebasing: bytes[entry.range])
            return [Float](unsafeUninitializedCapacity: count) { buffer, filled in
                for i in 0..<count { buffer[i] = entry.type.number(i, in: bytes) }
                filled = count
            }
        }
        return ShapedArray(shape: entry.shape, values: values)
    }
}

extension SafeTensors.NumberType {
    @inline(__always)
    fileprivate func number(_ i: Int, in bytes: UnsafeRawBufferPointer) -> Float {
        switch self {
        case .float32:
            Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * i, as: UInt32.self)))
        case .float64:
            Float(Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * i, as: UInt64.self))))
        case .float16:
            Float(
                Float16(bitPattern: UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self)))
            )
        case .bfloat16:
            Float(
                bitPattern: UInt32(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self)))
                    << 16
            )
        }
    }
}

extension SafeTensors {
    private struct Header: Decodable {
        struct Tensor: Decodable {
            var dtype: String
            var shape: [Int]
            var data_offsets: [Int]
        }

        struct Name: CodingKey {
            var stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        var tensors: [String: Tensor] = [:]
        var metadata: [String: String] = [:]
        var length = 0

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Name.self)
            for name in container.allKeys {
                if name.stringValue == "__metadata__" {
                    metadata = try container.decode([String: String].self, forKey: name)
                } else {
                    tensors[name.stringValue] = try container.decode(Tensor.self, forKey: name)
                }
            }
        }
    }

    private static func header(of data: Data) throws(FormatError) -> Header {
        guard data.count >= 8 else {
            throw FormatError(tensor: "", reason: "\(data.count) bytes are too few for a header")
        }
        let stated = data.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
        guard stated <= UInt64(min(maximumHeader, data.count - 8)) else {
            throw FormatError(
                tensor: "",
                reason: "the header's length \(stated) is beyond the file's \(data.count) bytes or the limit"
            )
        }
        let end = 8 + Int(stated)
        let json = data[data.startIndex + 8..<data.startIndex + end]
        do {
            var header = try JSONDecoder().decode(Header.self, from: json)
            header.length = end
            return header
        } catch {
            throw FormatError(tensor: "", reason: "the header is not the JSON that it should be: \(error)")
        }
    }

    private static func check(_ tensors: [String: Header.Tensor], dataLength: Int) throws(FormatError)
        -> [String: Entry]
    {
        var entries: [String: Entry] = [:]
        for (name, tensor) in tensors {
            entries[name] = try check(name, tensor, dataLength: dataLength)
        }
        var end = 0
        for (name, entry) in entries.sorted(by: {
            ($0.value.range.lowerBound, $0.key) < ($1.value.range.lowerBound, $1.key)
        }) {
            guard entry.range.lowerBound >= end || entry.range.isEmpty else {
                throw FormatError(tensor: name, reason: "its bytes \(entry.range) overlap another tensor's")
            }
            end = max(end, entry.range.upperBound)
        }
        return entries
    }

    private static func check(_ name: String, _ tensor: Header.Tensor, dataLength: Int) throws(FormatError) -> Entry {
        guard let type = NumberType(rawValue: tensor.dtype) else {
            throw FormatError(tensor: name, reason: "type \(tensor.dtype) is not one of F64, F32, F16, BF16")
        }
        var size = type.size
        for length in tensor.shape {
            let (product, overflow) = size.multipliedReportingOverflow(by: length)
            guard length >= 0, !overflow else {
                throw FormatError(tensor: name, reason: "shape \(tensor.shape) is not allowed")
            }
            size = product
        }
        guard tensor.data_offsets.count == 2, let start = tensor.data_offsets.first,
            let end = tensor.data_offsets.last, start >= 0, end >= start, end <= dataLength
        else {
            throw FormatError(
                tensor: name,
                reason: "data_offsets \(tensor.data_offsets) are not within the \(dataLength) bytes of data"
            )
        }
        guard end - start == size else {
            throw FormatError(
                tensor: name,
                reason: "shape \(tensor.shape) of \(tensor.dtype) takes \(size) bytes, data_offsets give \(end - start)"
            )
        }
        return Entry(type: type, shape: tensor.shape, range: start..<end)
    }
}
