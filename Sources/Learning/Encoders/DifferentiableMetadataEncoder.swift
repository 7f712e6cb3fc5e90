import AstroM3

/// The metadata encoder with its projection and what its backward needs: feature rows to unit embeddings.
final class DifferentiableMetadataEncoder<Scalar: TrainingScalar> {
    private let first: DifferentiableLinear
    private let second: DifferentiableLinear
    private let projection: DifferentiableLinear
    private let input = Buffer<Scalar>()
    private let firstHidden = Buffer<Scalar>()
    private let secondHidden = Buffer<Scalar>()
    private let inverse = Buffer<Scalar>()
    private let hiddenGradient = (Buffer<Scalar>(), Buffer<Scalar>())

    private let dropout: (Dropout<Scalar>, Dropout<Scalar>)

    init(_ layers: MetadataEncoder.Layers, dropout rate: Double, _ layout: ParameterLayout) {
        dropout = (Dropout(rate: rate, name: layers.first.name), Dropout(rate: rate, name: layers.second.name))
        first = DifferentiableLinear(layers.first, layout)
        second = DifferentiableLinear(layers.second, layout)
        projection = DifferentiableLinear(layers.projection, layout)
    }

    /// Unit embeddings (count, embedding) of feature rows (count, features).
    func forward(
        _ rows: UnsafePointer<Scalar>,
        count: Int,
        _ embeddings: UnsafeMutablePointer<Scalar>,
        noise: UInt64?,
        _ parameters: Parameters<Scalar>
    ) {
        let input = input.reserve(count * first.inputs)
        input.update(from: rows, count: count * first.inputs)
        let hidden = (firstHidden.reserve(count * first.outputs), secondHidden.reserve(count * second.outputs))
        first.forward(rows: count, input, hidden.0, parameters)
        Rectifier.forward(count * first.outputs, hidden.0)
        dropout.0.forward(count * first.outputs, hidden.0, noise: noise)
        second.forward(rows: count, hidden.0, hidden.1, parameters)
        Rectifier.forward(count * second.outputs, hidden.1)
        dropout.1.forward(count * second.outputs, hidden.1, noise: noise)
        projection.forward(rows: count, hidden.1, embeddings, parameters)
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
        let second = hiddenGradient.1.reserve(count * self.second.outputs)
        projection.backward(
            rows: count,
            secondHidden.pointer,
            outputGradient: gradient,
            inputGradient: second,
            parameters
        )
        dropout.1.backward(count * self.second.outputs, second)
        Rectifier.backward(count * self.second.outputs, secondHidden.pointer, second)
        let first = hiddenGradient.0.reserve(count * self.first.outputs)
        self.second.backward(
            rows: count,
            firstHidden.pointer,
            outputGradient: second,
            inputGradient: first,
            parameters
        )
        dropout.0.backward(count * self.first.outputs, first)
        Rectifier.backward(count * self.first.outputs, firstHidden.pointer, first)
        self.first.backward(rows: count, input.pointer, outputGradient: first, inputGradient: nil, parameters)
    }
}
