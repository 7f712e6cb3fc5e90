/// Numbers with a shape, row-major: a tensor on its way from or to a file.
public struct ShapedArray: Hashable, Sendable {
    /// Length of each dimension; empty for a single number.
    public var shape: [Int]
    /// The numbers, the last dimension running fastest.
    public var values: [Float]

    /// Numbers with a shape whose product is their count.
    public init(shape: [Int], values: [Float]) {
        precondition(shape.reduce(1, *) == values.count)
        self.shape = shape
        self.values = values
    }
}
