package import AstroM3
import Glibc

/// The trimodal InfoNCE of AstroM3: photometry and spectra, spectra and metadata, metadata and photometry, each pair over the
/// objects that have both, in both directions, all six terms added up. Each pair has a scale of its own, learned as its
/// logarithm.
package final class TrimodalLoss<Scalar: TrainingScalar> {
    /// The logarithms of the scales, the published keys; they start at 1 / the temperature.
    package static func scales(temperature: Double) -> [Parameter] {
        ["ps", "sm", "mp"].map {
            Parameter(name: "logit_scale_\($0)", shape: [], start: .constant(Float(log(1 / temperature))))
        }
    }

    /// The largest scale that cosines are multiplied with (Radford et al. 2021). One above it has no gradient, as the official code's
    /// clamp has none, and counts as this for the rest of the training.
    package static var largestScale: Double { 100 }

    private let width: Int
    private let offsets: [Int]
    private let pair = ContrastiveLoss<Scalar>()
    private let rows = (Buffer<Scalar>(), Buffer<Scalar>())
    private let gradients = (Buffer<Scalar>(), Buffer<Scalar>())

    package init(width: Int, scales: [Parameter], _ layout: ParameterLayout) {
        self.width = width
        offsets = scales.map(layout.offset)
    }

    /// The loss of a batch, times a weight, and how well partners find one another. Adds to the embeddings' gradients and to those of the scales.
    func add(
        _ input: NetworkInput<Scalar>,
        _ embeddings: Embeddings<Scalar>,
        _ gradients: Embeddings<Scalar>,
        weight: Double = 1,
        _ parameters: Parameters<Scalar>
    ) -> (loss: Double, retrieval: PartnerRetrieval) {
        let p = Side(embeddings.photometry, gradients.photometry, input.photometryObjects, input.photometryObjects)
        let s = Side(embeddings.spectra, gradients.spectra, input.spectrumObjects, input.spectrumIdentities)
        let m = Side(embeddings.metadata, gradients.metadata, input.metadataObjects, input.metadataObjects)
        var (loss, retrieval) = (0.0, PartnerRetrieval())
        for (offset, (a, b)) in zip(offsets, [(p, s), (s, m), (m, p)]) {
            let value = add(a, b, spectra: s, weight, parameters, offset)
            loss += value.loss
            retrieval += value.retrieval
        }
        return (loss, retrieval)
    }

    private final class Side {
        let rows: Buffer<Scalar>
        let gradients: Buffer<Scalar>
        let objects: [Int]
        let identities: [Int]

        init(_ rows: Buffer<Scalar>, _ gradients: Buffer<Scalar>, _ objects: [Int], _ identities: [Int]) {
            (self.rows, self.gradients, self.objects, self.identities) = (rows, gradients, objects, identities)
        }
    }

    private func add(
        _ a: Side,
        _ b: Side,
        spectra: Side,
        _ weight: Double,
        _ parameters: Parameters<Scalar>,
        _ offset: Int
    ) -> ContrastiveLoss<Scalar>.Value {
        let places = Self.common(a.objects, b.objects)
        guard places.count > 1 else { return .init() }
        let partners = places.map { place in
            if a === spectra { return a.identities[place.a] }
            return b === spectra ? b.identities[place.b] : a.objects[place.a]
        }
        let size = places.count * width
        let (left, right) = (rows.0.reserve(size), rows.1.reserve(size))
        let (leftGradient, rightGradient) = (gradients.0.reserve(size), gradients.1.reserve(size))
        leftGradient.update(repeating: 0, count: size)
        rightGradient.update(repeating: 0, count: size)
        for (row, place) in places.enumerated() {
            (left + row * width).update(from: a.rows.pointer + place.a * width, count: width)
            (right + row * width).update(from: b.rows.pointer + place.b * width, count: width)
        }
        let logarithm = parameters.values[offset]
        let unbounded = Scalar.exponential(logarithm)
        let scale = min(unbounded, Scalar(Self.largestScale))
        let result = pair.add(
            count: places.count,
            width: width,
            left,
            right,
            partners: partners,
            scale: scale,
            weight: Scalar(weight),
            aGradient: leftGradient,
            bGradient: rightGradient
        )
        if unbounded <= Scalar(Self.largestScale) { parameters.gradients[offset] += result.scaleGradient }
        for (row, place) in places.enumerated() {
            for j in 0..<width {
                a.gradients.pointer[place.a * width + j] += leftGradient[row * width + j]
                b.gradients.pointer[place.b * width + j] += rightGradient[row * width + j]
            }
        }
        return result
    }

    /// Where the objects that stand in both of two rising lists stand.
    private static func common(_ a: [Int], _ b: [Int]) -> [(a: Int, b: Int)] {
        var (places, i, j) = ([(a: Int, b: Int)](), 0, 0)
        while i < a.count, j < b.count {
            if a[i] == b[j] {
                places.append((i, j))
                i += 1
                j += 1
            } else if a[i] < b[j] {
                i += 1
            } else {
                j += 1
            }
        }
        return places
    }
}
