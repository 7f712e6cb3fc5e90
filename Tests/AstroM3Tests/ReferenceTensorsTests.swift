import Tensor
import Testing

@testable import AstroM3

/// By whose distances to the reference objects the distance of a new one is usual or not.
@Suite struct ReferenceTensorsTests {
    private static let dimension = 32

    private func unit(_ axis: Int) -> [Float] {
        var embedding = [Float](repeating: 0, count: Self.dimension)
        embedding[axis] = 1
        return embedding
    }

    /// Objects with a light curve whose embedding is an axis.
    private func objects(_ count: Int, axis: Int) -> [ReferenceTensors.Embeddings] {
        (0..<count).map { _ in ReferenceTensors.Embeddings(photometry: unit(axis)) }
    }

    /// The scores of four reference objects that are as far from one another as from what lies along another axis.
    private func scores(_ groups: [[ReferenceTensors.Embeddings]]) -> [Float]? {
        let references = (0..<4).map { ReferenceTensors.Embeddings(photometry: unit($0)) }
        let tensors = ReferenceTensors.make(
            references,
            scored: groups,
            dimension: Self.dimension,
            k: 1,
            kernels: .best
        )
        return tensors["scores.photometry"]?.values
    }

    private func repeated(_ value: Float, _ count: Int) -> [Float] { [Float](repeating: value, count: count) }

    @Test func aHundredUnseenObjectsTellWhatIsUsualAndFewerDoNot() {
        #expect(scores([objects(100, axis: 0)]) == repeated(0, 100))
        #expect(scores([objects(99, axis: 0)]) == repeated(1, 4))
        #expect(scores([]) == repeated(1, 4))
    }

    @Test func theFirstGroupThatHasEnoughCounts() {
        #expect(scores([objects(99, axis: 0), objects(100, axis: 9)]) == repeated(1, 100))
        #expect(scores([objects(100, axis: 0), objects(120, axis: 9)]) == repeated(0, 100))
        // What has no light curve says nothing of one.
        let others = (0..<50).map { _ in ReferenceTensors.Embeddings(metadata: unit(0)) }
        #expect(scores([objects(99, axis: 0) + others]) == repeated(1, 4))
    }
}
