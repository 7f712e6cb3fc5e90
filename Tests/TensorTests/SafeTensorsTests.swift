import FoundationEssentials
import Tensor
import Testing

/// The format, read and written, and what is refused.
@Suite struct SafeTensorsTests {
    private func file(_ header: String, data: [UInt8] = [], stated: UInt64? = nil) -> Data {
        var file = Data()
        withUnsafeBytes(of: (stated ?? UInt64(header.utf8.count)).littleEndian) { file.append(contentsOf: $0) }
        file.append(contentsOf: header.utf8)
        file.append(contentsOf: data)
        return file
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        var numbers = Numbers(1)
        let tensors = [
            "b.weight": ShapedArray(shape: [3, 2, 5], values: numbers.list(30)),
            "a": ShapedArray(shape: [4], values: [1.5, -0, .infinity, .leastNonzeroMagnitude]),
            "scalar": ShapedArray(shape: [], values: [7]),
            "nothing": ShapedArray(shape: [0, 9], values: []),
        ]
        let data = try SafeTensors.encode(tensors, metadata: ["made": "here"])
        let read = try SafeTensors(data)
        #expect(read.names == ["a", "b.weight", "nothing", "scalar"])
        #expect(read.metadata == ["made": "here"])
        for (name, tensor) in tensors {
            #expect(read.shape(of: name) == tensor.shape)
            #expect(read.read(name) == tensor)
        }
        #expect(read.read("other") == nil)
        #expect(try SafeTensors.encode(tensors, metadata: ["made": "here"]) == data)
    }

    @Test func halfPrecisionIsWrittenWhereItIsAskedForAndFits() throws {
        let small = ShapedArray(shape: [2, 2], values: [0.1, -3, 65504, 1e-7])
        let large = ShapedArray(shape: [2], values: [1, 70000])
        let data = try SafeTensors.encode(["a": small, "b": large, "c": small]) { $0 != "c" }
        let tensors = try SafeTensors(data)
        #expect(tensors.read("a") == small.halved && small.halved != small)
        #expect(tensors.read("b") == large && large.halved == large && tensors.read("c") == small)
        let single = try SafeTensors.encode(["a": small, "b": large, "c": small])
        #expect(data.count < single.count)
    }

    @Test(arguments: [
        ("F64", 8, [0, 0, 0, 0, 0, 0, 0xF8, 0xBF] as [UInt8]), ("F32", 4, [0, 0, 0xC0, 0xBF]), ("F16", 2, [0, 0xBE]),
        ("BF16", 2, [0xC0, 0xBF]),
    ])
    func everyTypeIsConverted(type: String, size: Int, bytes: [UInt8]) throws {
        let header = "{\"x\":{\"dtype\":\"\(type)\",\"shape\":[1],\"data_offsets\":[0,\(size)]}}"
        #expect(try SafeTensors(file(header, data: bytes)).read("x")?.values == [-1.5])
    }

    @Test(arguments: [
        ("{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", "takes 8 bytes"),
        ("{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,16]}}", "not within"),
        ("{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,4]}}", "not within"),
        ("{\"x\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", "not allowed"),
        ("{\"x\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807,9],\"data_offsets\":[0,4]}}", "not allowed"),
        ("{\"x\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}}", "type I64"),
        ("{\"x\":{\"dtype\":\"F32\",\"shape\":[1]}}", "JSON"), ("[1,2]", "JSON"), ("{", "JSON"),
        (
            "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                + "\"y\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
            "overlap"
        ),
    ])
    func aBadHeaderIsRefused(header: String, reason: String) {
        let data = file(header, data: Array(repeating: 0, count: 8))
        let error = #expect(throws: SafeTensors.FormatError.self) { try SafeTensors(data) }
        #expect(String(describing: error).contains(reason))
    }

    @Test func aFileCutAnywhereIsRefused() throws {
        let data = try SafeTensors.encode(["x": ShapedArray(shape: [3], values: [1, 2, 3])])
        for length in 0..<data.count {
            #expect(throws: SafeTensors.FormatError.self) { try SafeTensors(data.prefix(length)) }
        }
    }

    @Test(arguments: [UInt64.max, 1 << 40, 1000])
    func aHeaderLengthBeyondTheFileIsRefused(stated: UInt64) {
        #expect(throws: SafeTensors.FormatError.self) { try SafeTensors(file("{}", stated: stated)) }
    }
}
