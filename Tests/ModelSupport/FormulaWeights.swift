package import Tensor

@testable package import AstroM3

/// The generator of the golden vectors: the linear congruential generator of Knuth's MMIX, started from the FNV-1a
/// hash of a tensor's name, its upper 24 bits as a number in (-scale, scale).
package enum FormulaWeights {
    package static func values(_ name: String, count: Int, scale: Double = 1) -> [Float] {
        var x = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        var values = [Float](repeating: 0, count: count)
        values.withUnsafeMutableBufferPointer { buffer in
            for i in buffer.indices {
                x = x &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                buffer[i] = Float((Double(x >> 40) / 8_388_608 - 1) * scale)
            }
        }
        return values
    }

    /// Every tensor of the reference for a manifest, by the published key names.
    package static func tensors(_ manifest: ModelManifest) -> [String: ShapedArray] {
        let shapes = Dictionary(uniqueKeysWithValues: Network(manifest).parameters.map { ($0.name, $0.shape) })
        var tensors: [String: ShapedArray] = [:]
        for (name, shape) in shapes {
            let count = shape.reduce(1, *)
            let values: [Float]
            if name.contains("norm") {
                let offset: Float = name.hasSuffix(".weight") ? 1 : 0
                values = Self.values(name, count: count, scale: 0.1).map { offset + $0 }
            } else {
                // A bias is scaled by the number of its weight's inputs.
                let weight = name.hasSuffix(".bias") ? name.dropLast(4) + "weight" : name
                let inputs = (shapes[weight] ?? [1]).dropFirst().reduce(1, *)
                values = Self.values(name, count: count, scale: 1 / Double(inputs).squareRoot())
            }
            tensors[name] = ShapedArray(shape: shape, values: values)
        }
        return tensors
    }
}
