internal import AstroM3
internal import FoundationEssentials
internal import Ground
internal import Sky
internal import Tensor

/// What the photometry encoder is given of objects, for the same encoder elsewhere: notebooks that run it as ONNX need neither our
/// rows nor our constants written again.
///
/// | tensor | what it is |
/// |---|---|
/// | `lengths` (objects) | rows of each object's light curve; 0 for one without |
/// | `rows` (sum of lengths, channels) | points of all objects one after another, standardised |
/// | `constants` (objects, inputs) | encoded constants of the light curve, where the model knows any |
struct EncoderInputs {
    private var lengths: [Float] = []
    private var rows: [Float] = []
    private var constants: [Float] = []
    private let channels: Int
    private let constantsWidth: Int

    init(_ input: PhotometryInput, _ records: some Sequence<Record>) {
        let lightCurves = LightCurveInput(input, PeriodCache())
        (channels, constantsWidth) = (lightCurves.channels, lightCurves.constantsWidth)
        let (row, constantsRow) = (
            AlignedFloats(count: lightCurves.maximumPoints * channels), AlignedFloats(count: constantsWidth)
        )
        withExtendedLifetime((row, constantsRow)) {
            for record in records {
                let count = lightCurves.write(record, rows: row.pointer, constants: constantsRow.pointer)
                lengths.append(Float(count))
                rows += UnsafeBufferPointer(start: row.pointer, count: count * channels)
                constants +=
                    count > 0
                    ? Array(UnsafeBufferPointer(start: constantsRow.pointer, count: constantsWidth))
                    : Array(repeating: 0, count: constantsWidth)
            }
        }
    }

    /// Writes them as a safetensors file with a few words on where they come from.
    ///
    /// - Throws: `DurableFile.Failure`.
    func write(to draft: DurableFile.Draft, metadata: [String: String]) throws {
        var tensors = [
            "lengths": ShapedArray(shape: [lengths.count], values: lengths),
            "rows": ShapedArray(shape: [channels > 0 ? rows.count / channels : 0, channels], values: rows),
        ]
        if constantsWidth > 0 {
            tensors["constants"] = ShapedArray(shape: [lengths.count, constantsWidth], values: constants)
        }
        let data = try SafeTensors.encode(tensors, metadata: metadata)
        try data.withUnsafeBytes { try draft.write($0) }
    }
}
