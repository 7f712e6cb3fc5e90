import AstroM3
import Tensor

/// The spectrum encoder with its projection and what its backward needs: rows of wavelengths to unit embeddings. See
/// `AstroM3.SpectrumEncoder`; a row is a wavelength, its columns the channels.
final class DifferentiableSpectrumEncoder<Scalar: TrainingScalar> {
    private static var pooling: Int { 4 }

    private let points: Int
    private let convolutions: [DifferentiableConvolution<Scalar>]
    private let projection: DifferentiableLinear
    private let lengths: [Int]
    private let channels: [Int]

    // Of each stage: its result for all spectra, and which row of four the pooling took.
    private let input = Buffer<Scalar>()
    private let results: [Buffer<Scalar>]
    private let pooled: [Buffer<Scalar>]
    private var chosen: [[UInt8]]
    private let flat = Buffer<Scalar>()
    private let inverse = Buffer<Scalar>()
    private let scratch = Buffer<Scalar>()
    private let gradients = (Buffer<Scalar>(), Buffer<Scalar>())

    init(_ layers: SpectrumEncoder.Layers, points: Int, _ layout: ParameterLayout) {
        self.points = points
        convolutions = layers.convolutions.map { DifferentiableConvolution($0, layout) }
        projection = DifferentiableLinear(layers.projection, layout)
        channels = [layers.convolutions[0].channels] + layers.convolutions.map(\.outputs)
        lengths = (0...layers.convolutions.count).map { SpectrumEncoder.length(after: $0, points: points) }
        results = layers.convolutions.map { _ in Buffer() }
        pooled = layers.convolutions.map { _ in Buffer() }
        chosen = layers.convolutions.map { _ in [] }
    }

    private var stages: Int { convolutions.count }

    private func isPooled(_ stage: Int) -> Bool { stage < stages - 1 }

    /// Rows of a stage's convolution, before its pooling.
    private func unpooled(_ stage: Int) -> Int { lengths[stage] - 2 }

    /// Unit embeddings (count, embedding) of spectra (count, points, channels).
    func forward(
        _ rows: UnsafePointer<Scalar>,
        count: Int,
        _ embeddings: UnsafeMutablePointer<Scalar>,
        _ parameters: Parameters<Scalar>
    ) {
        let size = count * points * channels[0]
        input.reserve(size).update(from: rows, count: size)
        var x = UnsafePointer(input.pointer)
        for stage in 0..<stages {
            let (length, width) = (unpooled(stage), channels[stage + 1])
            let y = results[stage].reserve(count * length * width)
            convolutions[stage].forward(count: count, length: lengths[stage], x, y, scratch, parameters)
            Rectifier.forward(count * length * width, y)
            x = UnsafePointer(y)
            if isPooled(stage) { x = UnsafePointer(pool(stage, count, y)) }
        }
        let (length, width) = (lengths[stages], channels[stages])
        let flat = flat.reserve(count * length * width)
        for spectrum in 0..<count {
            transpose(x + spectrum * length * width, rows: length, columns: width, flat + spectrum * length * width)
        }
        projection.forward(rows: count, flat, embeddings, parameters)
        UnitRows.forward(rows: count, width: projection.outputs, embeddings, inverse: inverse.reserve(count))
    }

    /// Adds to the gradients of all parameters. Takes the embeddings and their gradient, which it changes.
    func backward(
        embeddings: UnsafePointer<Scalar>,
        _ gradient: UnsafeMutablePointer<Scalar>,
        count: Int,
        _ parameters: Parameters<Scalar>
    ) {
        UnitRows.backward(rows: count, width: projection.outputs, embeddings, inverse: inverse.pointer, gradient)
        let largest = (0..<stages).map { count * lengths[$0] * channels[$0 + 1] }.max() ?? 0
        let (g, next) = (gradients.0.reserve(largest), gradients.1.reserve(largest))
        projection.backward(rows: count, flat.pointer, outputGradient: gradient, inputGradient: next, parameters)
        let (length, width) = (lengths[stages], channels[stages])
        for spectrum in 0..<count {
            transpose(next + spectrum * length * width, rows: width, columns: length, g + spectrum * length * width)
        }
        for stage in (0..<stages).reversed() {
            let (length, width) = (unpooled(stage), channels[stage + 1])
            if isPooled(stage) {
                unpool(stage, count, g, next)
                g.update(from: next, count: count * length * width)
            }
            Rectifier.backward(count * length * width, results[stage].pointer, g)
            let x = stage == 0 ? input.pointer : pooled[stage - 1].pointer
            convolutions[stage].backward(
                count: count,
                length: lengths[stage],
                x,
                outputGradient: g,
                inputGradient: stage == 0 ? nil : next,
                scratch,
                parameters
            )
            if stage > 0 { g.update(from: next, count: count * lengths[stage] * channels[stage]) }
        }
    }

    /// The largest of each four rows, and which it was.
    private func pool(_ stage: Int, _ count: Int, _ y: UnsafePointer<Scalar>) -> UnsafeMutablePointer<Scalar> {
        let (length, pooledLength, width) = (unpooled(stage), lengths[stage + 1], channels[stage + 1])
        let result = pooled[stage].reserve(count * pooledLength * width)
        if chosen[stage].count < count * pooledLength * width {
            chosen[stage] = [UInt8](repeating: 0, count: count * pooledLength * width)
        }
        chosen[stage].withUnsafeMutableBufferPointer { chosen in
            for spectrum in 0..<count {
                for row in 0..<pooledLength {
                    let from = y + (spectrum * length + row * Self.pooling) * width
                    let place = (spectrum * pooledLength + row) * width
                    for j in 0..<width {
                        var best = 0
                        for k in 1..<Self.pooling where from[k * width + j] > from[best * width + j] { best = k }
                        result[place + j] = from[best * width + j]
                        chosen[place + j] = UInt8(best)
                    }
                }
            }
        }
        return result
    }

    private func unpool(
        _ stage: Int,
        _ count: Int,
        _ gradient: UnsafePointer<Scalar>,
        _ result: UnsafeMutablePointer<Scalar>
    ) {
        let (length, pooledLength, width) = (unpooled(stage), lengths[stage + 1], channels[stage + 1])
        result.update(repeating: 0, count: count * length * width)
        for spectrum in 0..<count {
            for row in 0..<pooledLength {
                let to = result + (spectrum * length + row * Self.pooling) * width
                let place = (spectrum * pooledLength + row) * width
                for j in 0..<width { to[Int(chosen[stage][place + j]) * width + j] = gradient[place + j] }
            }
        }
    }

    private func transpose(
        _ x: UnsafePointer<Scalar>,
        rows: Int,
        columns: Int,
        _ y: UnsafeMutablePointer<Scalar>
    ) {
        for row in 0..<rows { for column in 0..<columns { y[column * rows + row] = x[row * columns + column] } }
    }
}
