/// The objects that a model knows by name: what novelty is measured against and neighbours are taken from.
public struct ReferenceObjects: Hashable, Sendable {
    /// The reference objects that have all modalities of one set, seen by just those.
    public struct Subset: Hashable, Sendable {
        /// Places in `objects` of the rows below.
        public var members: [Int]
        /// Joint unit embeddings, (members, dimension), row-major.
        public var embeddings: [Float]
        /// Novelty scores of the members, each against all others, rising.
        public var sortedScores: [Float]

        /// A subset.
        public init(members: [Int], embeddings: [Float], sortedScores: [Float]) {
            self.members = members
            self.embeddings = embeddings
            self.sortedScores = sortedScores
        }
    }

    /// Names of the objects.
    public var objects: [String]
    /// Label of each object.
    public var labels: [String]
    /// Size of an embedding.
    public var dimension: Int
    /// How many nearest neighbours make a novelty score.
    public var k: Int
    /// By the modalities that are at hand; a set without members is left out.
    public var subsets: [ModalitySet: Subset]

    /// Reference objects.
    public init(objects: [String], labels: [String], dimension: Int, k: Int, subsets: [ModalitySet: Subset]) {
        self.objects = objects
        self.labels = labels
        self.dimension = dimension
        self.k = k
        self.subsets = subsets
    }
}
