import Tensor

/// Memory of the photometry encoder for one thread.
final class PhotometryMemory {
    private let width: Int
    private let paddedWidth: Int
    let constants = ConstantsEncoder.Memory()
    let tokens = AlignedFloats(count: 0)
    let pooled = AlignedFloats(count: 0)
    private let projected = AlignedFloats(count: 0)
    private let context = AlignedFloats(count: 0)
    private let hidden: AlignedFloats
    private let block: AlignedFloats
    private let scratch = AlignedFloats(count: 0)

    init(architecture: Architecture) {
        width = architecture.modelWidth
        paddedWidth = HeadPadding(architecture).paddedWidth
        hidden = AlignedFloats(count: Kernels.blockRows * architecture.feedForwardWidth)
        block = AlignedFloats(count: Kernels.blockRows * architecture.modelWidth)
    }

    var layer: EncoderLayer.Memory {
        EncoderLayer.Memory(
            projected: projected.pointer,
            context: context.pointer,
            hidden: hidden.pointer,
            block: block.pointer,
            scratch: scratch.pointer
        )
    }

    func reserve(tokens count: Int, curves: Int, longest: Int) {
        tokens.reserve(count * width)
        projected.reserve(3 * count * paddedWidth)
        context.reserve(count * paddedWidth)
        pooled.reserve(curves * width)
        scratch.reserve(Kernels.attentionScratch(length: longest))
    }
}
