/// The metadata of a data set: a row of features for each object that has one.
package struct FeatureRows: Sendable {
    /// The features, in the order of the description.
    package internal(set) var names: [String] = []
    /// For each object the number of its row; nil where it has none.
    package internal(set) var rows: [Int?] = []
    /// (rows, features); NaN where there is no number.
    package internal(set) var values: [Float] = []
    /// (rows, features): the survey has looked, and there is nothing within its radius. Without it, NaN is "not known".
    package internal(set) var isNone: [Bool] = []

    package init() {}

    /// How many objects have a row.
    package var count: Int { rows.reduce(0) { $0 + ($1 == nil ? 0 : 1) } }
}
