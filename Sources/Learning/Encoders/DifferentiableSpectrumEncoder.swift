import AstroM3
import Tensor

/// The spectrum encoder with its projection and what its backward needs: rows of wavelengths to unit embeddings. See
/// `AstroM3.SpectrumEncoder`; a row is a wavelength, its columns the channels.
///
/// One spectrum after the other goes through all stages, so that what lies between them stays in the cache. The first
/// stage's result, the largest by far and the cheapest, is not kept: the backward computes it again.
final class DifferentiableSpectrumEncoder<Scalar: TrainingScalar> {
    private let points: Int
    private let convolutions: [DifferentiableConvolution<Scalar>]
    private let projection: DifferentiableLinear
    private let lengths: [Int]
    private let channels: [Int]

    private let input = Buffer<Scalar>()
    /// Of each stage but the first the convolution's result for all spectra, the last one rectified; of the first that of
    /// one spectrum.
    private let results: [Buffer<Scalar>]
    /// Of each stage but the last what the next one takes.
    private let pooled: [Buffer<Scalar>]
    private let flat = Buffer<Scalar>()
    private let inverse = Buffer<Scalar>()
    private let flatGradient = Buffer<Scalar>()
    private let pooledGradient = Buffer<Scalar>()
    /// Of each stage the gradient of one spectrum's result, between rows of zeros.
    private let bordered: [Buffer<Scalar>]

    init(_ layers: SpectrumEncoder.Layers, points: Int, _ layout: ParameterLayout) {
        self.points = points
        convolutions = layers.convolutions.map { DifferentiableConvolution($0, layout) }
        projection = DifferentiableLinear(layers.projection, layout)
        channels = [layers.convolutions[0].channels] + layers.convolutions.map(\.outputs)
        lengths = (0...layers.convolutions.count).map { SpectrumEncoder.length(after: $0, points: points) }
        results = layers.convolutions.map { _ in Buffer() }
        pooled = layers.convolutions.map { _ in Buffer() }
        bordered = layers.convolutions.map { _ in Buffer() }
    }

    private var stages: Int { convolutions.count }

    /// Rows of a stage's convolution, before its pooling.
    private func unpooled(_ stage: Int) -> Int { lengths[stage] - convolutions[stage].border }

    /// Numbers of one spectrum that a stage takes, and that it gives before its pooling.
    private func inputSize(_ stage: Int) -> Int { lengths[stage] * channels[stage] }
    private func resultSize(_ stage: Int) -> Int { unpooled(stage) * channels[stage + 1] }

    private func input(_ stage: Int, _ spectrum: Int) -> UnsafeMutablePointer<Scalar> {
        (stage == 0 ? input : pooled[stage - 1]).pointer + spectrum * inputSize(stage)
    }

    private func result(_ stage: Int, _ spectrum: Int) -> UnsafeMutablePointer<Scalar> {
        results[stage].pointer + (stage == 0 ? 0 : spectrum * resultSize(stage))
    }

    /// Unit embeddings (count, embedding) of spectra (count, points, channels).
    func forward(
        _ rows: UnsafePointer<Scalar>,
        count: Int,
        _ embeddings: UnsafeMutablePointer<Scalar>,
        _ parameters: Parameters<Scalar>
    ) {
        input.reserve(count * inputSize(0)).update(from: rows, count: count * inputSize(0))
        for stage in 0..<stages {
            convolutions[stage].prepare(parameters)
            results[stage].reserve((stage == 0 ? 1 : count) * resultSize(stage))
            if stage + 1 < stages { pooled[stage].reserve(count * inputSize(stage + 1)) }
        }
        let (length, width) = (lengths[stages], channels[stages])
        let flat = flat.reserve(count * length * width)
        for spectrum in 0..<count {
            for stage in 0..<stages {
                let y = result(stage, spectrum)
                convolutions[stage].forward(length: lengths[stage], input(stage, spectrum), y, parameters)
                if stage + 1 < stages {
                    Scalar.reluPool4(
                        rows: lengths[stage + 1],
                        width: channels[stage + 1],
                        y,
                        input(stage + 1, spectrum)
                    )
                } else {
                    Rectifier.forward(length * width, y)
                    transpose(y, rows: length, columns: width, flat + spectrum * length * width)
                }
            }
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
        let (length, width) = (lengths[stages], channels[stages])
        let flatGradient = flatGradient.reserve(count * length * width)
        projection.backward(
            rows: count,
            flat.pointer,
            outputGradient: gradient,
            inputGradient: flatGradient,
            parameters
        )
        for stage in 0..<stages {
            convolutions[stage].prepare(parameters)
            // Memory of its own for each stage: what no gradient reaches stays zero from spectrum to spectrum.
            let border = 2 * convolutions[stage].border * channels[stage + 1]
            bordered[stage].reserve(resultSize(stage) + border)
            bordered[stage].clear()
        }
        pooledGradient.reserve((1..<stages).map { inputSize($0) }.max() ?? 0)
        for spectrum in 0..<count {
            for stage in (0..<stages).reversed() {
                let (y, g) = (result(stage, spectrum), resultGradient(stage))
                if stage + 1 < stages {
                    let x = input(stage, spectrum)
                    if stage == 0 { convolutions[0].forward(length: lengths[0], x, y, parameters) }
                    Scalar.reluPool4Backward(
                        rows: lengths[stage + 1],
                        width: channels[stage + 1],
                        y,
                        input(stage + 1, spectrum),
                        gradient: pooledGradient.pointer,
                        g
                    )
                } else {
                    transpose(flatGradient + spectrum * length * width, rows: width, columns: length, g)
                    Rectifier.backward(length * width, y, g)
                }
                convolutions[stage].backward(
                    length: lengths[stage],
                    input(stage, spectrum),
                    bordered: bordered[stage].pointer,
                    inputGradient: stage == 0 ? nil : pooledGradient.pointer,
                    parameters
                )
            }
        }
        for convolution in convolutions { convolution.finish(parameters) }
    }

    private func resultGradient(_ stage: Int) -> UnsafeMutablePointer<Scalar> {
        bordered[stage].pointer + convolutions[stage].border * channels[stage + 1]
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
