/// The memory that one thread infers in: made once, grown to a bound, used again.
public final class InferenceWorkspace {
    /// A workspace for a model.
    public init(_ model: Model) {}
}
