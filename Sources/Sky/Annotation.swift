/// What Trifid adds to an alert: the answer of a model, and what it was based on.
public struct Annotation: Hashable, Sendable {
    /// Which of the three modalities were at hand, and how much of each.
    public var modalities: Modalities
    /// Answers of the classifiers, the shipped model's first.
    public var classifications: [Classification]
    /// How unusual the object is; nil where no reference is at hand.
    public var anomaly: Anomaly?
    /// The nearest reference objects, most similar first.
    public var neighbours: [Neighbour]
    /// The joint unit embedding; empty where it is not asked for.
    public var embedding: [Float]
    /// Digest of the rules and settings that decided what counted as a detection; empty where it is not known.
    public var rules: String

    /// An annotation.
    public init(
        modalities: Modalities,
        classifications: [Classification],
        anomaly: Anomaly? = nil,
        neighbours: [Neighbour] = [],
        embedding: [Float] = [],
        rules: String = ""
    ) {
        self.modalities = modalities
        self.classifications = classifications
        self.anomaly = anomaly
        self.neighbours = neighbours
        self.embedding = embedding
        self.rules = rules
    }
}

/// What an answer was based on.
public struct Modalities: Hashable, Sendable {
    /// Points of the light curve that were used.
    public var points: Int
    /// Id of the spectrum that was used, nil where none was at hand.
    public var spectrumId: Int64?
    /// Catalogue features that were known, 0 where no row was at hand.
    public var metadataFeatures: Int

    /// What an answer was based on.
    public init(points: Int, spectrumId: Int64? = nil, metadataFeatures: Int = 0) {
        self.points = points
        self.spectrumId = spectrumId
        self.metadataFeatures = metadataFeatures
    }
}

/// The answer of one classifier.
public struct Classification: Hashable, Sendable {
    /// Name of the classifier.
    public var classifier: String
    /// Its version and, for a model of ours, checksum: `1.0.0+3f9a2c`.
    public var version: String
    /// Whether the classifier has been trained; one that has not never decides.
    public var trained: Bool
    /// Every node of the taxonomy with its probability; an inner node's is the sum of its leaves'. Order of the
    /// taxonomy.
    public var probabilities: [NodeProbability]
    /// The deepest node that is sure enough; nil where the classifier abstains.
    public var decision: Decision?
    /// Entropy that is in the data: nats, of the mean answer's leaves.
    public var aleatoric: Float
    /// Entropy that more training would remove: nats, 0 where the classifier is one network.
    public var epistemic: Float
    /// The network's output before temperature and softmax, one value a leaf.
    public var logits: [Float]
    /// Names of the leaves that `logits` stand for, in its order.
    public var classes: [String]
    /// What the probabilities are calibrated as, by what the answer rests on: `photometry+metadata+context`. With it, the
    /// logits and the number of points a later calibration has all that it needs. Empty where nothing is calibrated.
    public var calibration: String

    /// The answer of one classifier.
    public init(
        classifier: String,
        version: String,
        trained: Bool,
        probabilities: [NodeProbability],
        decision: Decision? = nil,
        aleatoric: Float,
        epistemic: Float = 0,
        logits: [Float],
        classes: [String] = [],
        calibration: String = ""
    ) {
        self.classifier = classifier
        self.version = version
        self.trained = trained
        self.probabilities = probabilities
        self.decision = decision
        self.aleatoric = aleatoric
        self.epistemic = epistemic
        self.logits = logits
        self.classes = classes
        self.calibration = calibration
    }
}

/// A node of a taxonomy with its probability.
public struct NodeProbability: Hashable, Sendable {
    /// Name of the node.
    public var node: String
    /// Probability, 0 to 1.
    public var probability: Float

    /// A node with its probability.
    public init(node: String, probability: Float) {
        self.node = node
        self.probability = probability
    }
}

/// What a classifier decides for.
public struct Decision: Hashable, Sendable {
    /// The deepest node that is sure enough.
    public var node: String
    /// The path to it from the first level, itself last.
    public var path: [String]
    /// Its probability.
    public var probability: Float

    /// A decision.
    public init(node: String, path: [String], probability: Float) {
        self.node = node
        self.path = path
        self.probability = probability
    }
}

/// How unusual an object is among a model's reference objects.
public struct Anomaly: Hashable, Sendable {
    /// The score; larger is more unusual.
    public var score: Float
    /// Share of the reference objects with a smaller score, 0 to 100.
    public var percentile: Float
    /// How the score was computed: `knn-cosine`.
    public var method: String
    /// Why, in words.
    public var reasons: [String]

    /// An anomaly score.
    public init(score: Float, percentile: Float, method: String, reasons: [String] = []) {
        self.score = score
        self.percentile = percentile
        self.method = method
        self.reasons = reasons
    }
}

/// A reference object near an alert's object in the space of embeddings.
public struct Neighbour: Hashable, Sendable {
    /// Name of the reference object.
    public var object: String
    /// Cosine of the angle between the two embeddings, -1 to 1.
    public var similarity: Float
    /// Label of the reference object.
    public var label: String

    /// A neighbour.
    public init(object: String, similarity: Float, label: String) {
        self.object = object
        self.similarity = similarity
        self.label = label
    }
}
