/// Numbers with a shape, row-major: a tensor on its way from or to a file.
package struct ShapedArray: Hashable, Sendable {
    /// Length of each dimension; empty for a single number.
    package var shape: [Int]
    /// The numbers, the last dimension running fastest.
    package var values: [Float]

    /// Numbers with a shape whose product is their count.
    package init(shape: [Int], values: [Float]) {
        precondition(shape.reduce(1, *) == values.count)
        self.shape = shape
        self.values = values
    }

    /// Whether no number is beyond what half precision can hold.
    package var fitsHalfPrecision: Bool {
        values.allSatisfy { abs($0) <= Float(Float16.greatestFiniteMagnitude) || !$0.isFinite }
    }

    /// The numbers as half precision holds them, where it can.
    package var halved: ShapedArray {
        fitsHalfPrecision ? ShapedArray(shape: shape, values: values.map { Float(Float16($0)) }) : self
    }
}
