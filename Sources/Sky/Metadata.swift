import Ground

/// Catalogue metadata of an object: an open list of named features, such as columns of Gaia, 2MASS and AllWISE.
///
/// What a feature means is its name's and its catalogue's affair; a model names those that it takes, and takes no notice
/// of others. A feature that stands in the list with NaN is not known, and a model takes one that does not stand there for
/// the same; `none` says that the survey has looked and found nothing, which a model can learn from.
public struct Metadata: Hashable, Sendable {
    /// The archive's id of the row, 0 for one that is not in an archive.
    public var id: Int64
    /// Names of the features, each once.
    public let names: [String]
    /// Their values in the catalogue's units (magnitudes, mas, mas/yr, degrees), NaN where missing.
    public private(set) var values: [Float]
    /// The unit embedding of this row under the model at hand, where the archive already holds it.
    public var embedding: [Float]?

    /// A value that says: looked for, and there is nothing within the radius. What is missing is NaN instead.
    public static let none = -Float.infinity

    /// Most features of a row.
    public static let maximumFeatures = 512

    /// Features by name. Of two lists of different lengths the shorter counts: a name without a value is missing, a
    /// value without a name is left out.
    public init(id: Int64 = 0, names: [String], values: [Float], embedding: [Float]? = nil) {
        self.id = id
        self.names = names
        let missing = max(0, names.count - values.count)
        self.values = values.prefix(names.count) + Array(repeating: .nan, count: missing)
        self.embedding = embedding
    }

    /// Features in the order in which they are written: `Metadata(["parallax": 4, "ruwe": .nan])`.
    public init(id: Int64 = 0, _ features: KeyValuePairs<String, Float>, embedding: [Float]? = nil) {
        self.init(id: id, names: features.map(\.key), values: features.map(\.value), embedding: embedding)
    }

    /// The value of a feature, NaN where it is missing. Setting one that is not in the list has no effect.
    public subscript(name: String) -> Float {
        get { names.firstIndex(of: name).map { values[$0] } ?? .nan }
        set {
            if let place = names.firstIndex(of: name) { values[place] = newValue }
        }
    }

    /// Why the list cannot be kept, nil where it can: a name is of 1 to 64 letters, digits, `_`, `-`, `.`, and stands there
    /// once.
    public var fault: String? {
        guard names.count <= Self.maximumFeatures else {
            return "it has \(names.count) features; at most \(Self.maximumFeatures) are kept"
        }
        if let name = names.first(where: { !Self.isName($0) }) {
            return "\"\(name.plain(limit: 80))\" is no name of a feature: 1 to 64 letters, digits, _, -, ."
        }
        var seen: Set<String> = []
        if let name = names.first(where: { !seen.insert($0).inserted }) {
            return "the feature \(name) stands there twice"
        }
        return nil
    }

    /// Whether a text can name a feature.
    public static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }
}
