/// What stands in a model's `model.json`: every constant that an answer depends on, apart from the tensors.
public struct ModelManifest: Hashable, Sendable, Codable {
    /// Whether the weights come from training or from a seed.
    public enum TrainingState: String, Hashable, Sendable, Codable, CaseIterable {
        /// Weights drawn from a seed; such a model never decides.
        case untrained
        /// Weights from training.
        case trained
    }

    /// Which layout of the photometry encoder the weights belong to.
    public enum Variant: String, Hashable, Sendable, Codable, CaseIterable {
        /// The official AstroM3 layout: 200 padded rows, circular convolution, flattened output.
        case published
        /// For live alerts: true lengths only, zero-padded convolution, mean pooling.
        case streaming
    }

    /// Version of this file format; 1.
    public var format: Int
    /// Name of the model, as it stands in annotations (`classifier`).
    public var name: String
    /// Version of the model.
    public var version: String
    /// Layout of the photometry encoder.
    public var variant: Variant
    /// Whether the model has been trained.
    public var training: TrainingState
    /// Seed of the weights or of the training.
    public var seed: UInt64
    /// Sizes of the network.
    public var architecture: Architecture
    /// How light curves become tokens.
    public var photometry: PhotometryInput
    /// The grid that spectra are brought to.
    public var spectrum: SpectrumInput
    /// How catalogue values become features.
    public var metadata: MetadataInput
    /// The classes and what they belong to.
    public var taxonomy: Taxonomy
    /// Temperatures of the softmax.
    public var calibration: Calibration
    /// When the model decides.
    public var decision: DecisionRule
    /// How novelty and neighbours are found.
    public var novelty: NoveltyRule
    /// Names and labels of the reference objects, in the order of the rows of `references.safetensors`.
    public var references: ReferenceNames
    /// SHA-256 of each tensor file beside `model.json`, by file name.
    public var files: [String: String]
    /// SHA-256 of `model.json` itself, taken with the 64 digits of this value as zeros.
    public var checksum: String

    /// The classifier's version with the first six digits of the checksum: `1.0.0+3f9a2c`.
    public var fullVersion: String { "\(version)+\(checksum.prefix(6))" }
}

/// Sizes of the network.
public struct Architecture: Hashable, Sendable, Codable {
    /// Layers of the photometry encoder.
    public var layers: Int
    /// Width of a token, a multiple of 32.
    public var modelWidth: Int
    /// Attention heads, each 32 wide.
    public var heads: Int
    /// Width of the hidden layer between the two linear maps of a layer.
    public var feedForwardWidth: Int
    /// Size of the shared embedding.
    public var embedding: Int

    enum CodingKeys: String, CodingKey {
        case layers
        case modelWidth = "d_model"
        case heads
        case feedForwardWidth = "d_ff"
        case embedding
    }

    /// The published sizes: 8 layers of width 128 with 4 heads, hidden width 512, embedding 512.
    public init(
        layers: Int = 8,
        modelWidth: Int = 128,
        heads: Int = 4,
        feedForwardWidth: Int = 512,
        embedding: Int = 512
    ) {
        self.layers = layers
        self.modelWidth = modelWidth
        self.heads = heads
        self.feedForwardWidth = feedForwardWidth
        self.embedding = embedding
    }
}

/// How a light curve becomes rows of numbers.
public struct PhotometryInput: Hashable, Sendable, Codable {
    /// What time a token carries.
    public enum TimeEncoding: String, Hashable, Sendable, Codable, CaseIterable {
        /// From 0 at the first to 1 at the last point (the published models).
        case minMax = "min-max"
        /// Logarithm of the days since the first detection: knows nothing of what is still to come.
        case logDays = "log-days-since-first-detection"
    }

    /// How a token knows its place.
    public enum PositionalEncoding: String, Hashable, Sendable, Codable, CaseIterable {
        /// Sines and cosines of the token's index (Vaswani et al. 2017).
        case sinusoidByIndex = "sinusoid-by-index"
    }

    /// Names of the channels in the order of the first convolution's inputs.
    public var channels: [String]
    /// What time a token carries.
    public var timeEncoding: TimeEncoding
    /// How a token knows its place.
    public var positionalEncoding: PositionalEncoding
    /// The most recent points that are used.
    public var maximumPoints: Int
    /// Mean of each channel, subtracted.
    public var mean: [Float]
    /// Standard deviation of each channel, divided by.
    public var std: [Float]
}

/// The grid that spectra are brought to, in Ångström.
public struct SpectrumInput: Hashable, Sendable, Codable {
    /// First wavelength.
    public var start: Double
    /// Distance of two points.
    public var step: Double
    /// Number of points.
    public var points: Int
}

/// How catalogue values become features.
public struct MetadataInput: Hashable, Sendable, Codable {
    /// What is done to a value before it is standardised.
    public enum Transform: String, Hashable, Sendable, Codable, CaseIterable {
        /// Taken as it is.
        case raw
        /// `m - 10 + 5 log10(parallax)` with the parallax in mas, 1 where it is not above 0.
        case absoluteMagnitude = "absolute-magnitude"
        /// Cosine of an angle in degrees.
        case cosine
        /// Sine of an angle in degrees.
        case sine
        /// Decimal logarithm.
        case log10
    }

    /// One feature: its name, what is done to it, and what it is standardised with.
    public struct Feature: Hashable, Sendable, Codable {
        /// Name as in `Metadata.names`.
        public var name: String
        /// What is done to the value.
        public var transform: Transform
        /// Mean of the transformed value, subtracted.
        public var mean: Float
        /// Standard deviation of the transformed value, divided by.
        public var std: Float
    }

    /// The features in the order of the first layer's inputs.
    public var features: [Feature]
    /// Whether the inputs go on, after the features, with one flag for each: 1 where it is missing, else 0.
    public var missingFlags = false

    /// Number of inputs of the first layer.
    package var width: Int { missingFlags ? 2 * features.count : features.count }

    enum CodingKeys: String, CodingKey {
        case features, missingFlags
    }

    /// Features in order, without flags unless they are asked for.
    public init(features: [Feature], missingFlags: Bool = false) {
        self.features = features
        self.missingFlags = missingFlags
    }

    /// Reads the section; a manifest that says nothing of flags has none.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        features = try container.decode([Feature].self, forKey: .features)
        missingFlags = try container.decodeIfPresent(Bool.self, forKey: .missingFlags) ?? false
    }
}

/// Temperatures of the softmax by what an answer rests on.
public struct Calibration: Hashable, Sendable, Codable {
    /// Upper ends, inclusive and rising, of the bins of the number of points; one more bin holds the rest.
    public var pointBins: [Int]
    /// For each set of modalities (`photometry+metadata`) one temperature a bin; a set that is missing has 1.
    public var temperatures: [String: [Float]]
}

/// When the model decides.
public struct DecisionRule: Hashable, Sendable, Codable {
    /// Least probability of a node at each level, the first level first; the last holds for deeper ones.
    public var thresholds: [Float]
}

/// How novelty and neighbours are found.
public struct NoveltyRule: Hashable, Sendable, Codable {
    /// How many nearest reference objects make a score.
    public var k: Int
    /// How many neighbours are named.
    public var neighbours: Int
}

/// Names and labels of the reference objects.
public struct ReferenceNames: Hashable, Sendable, Codable {
    /// Names.
    public var objects: [String]
    /// Labels.
    public var labels: [String]
}
