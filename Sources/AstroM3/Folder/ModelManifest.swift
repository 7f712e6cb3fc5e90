internal import Sky

/// What stands in a model's `model.json`: every constant that an answer depends on, apart from the tensors.
package struct ModelManifest: Hashable, Sendable, Codable {
    /// Whether the weights come from training or from a seed.
    package enum TrainingState: String, Hashable, Sendable, Codable, CaseIterable {
        /// Weights drawn from a seed; such a model never decides.
        case untrained
        /// Weights from training.
        case trained
    }

    /// Which layout of the photometry encoder the weights belong to.
    package enum Variant: String, Hashable, Sendable, Codable, CaseIterable {
        /// The official AstroM3 layout: 200 padded rows, circular convolution, flattened output.
        case published
        /// For live alerts: true lengths only, zero-padded convolution, mean pooling.
        case streaming
    }

    /// Version of this file format; 1.
    package var format: Int
    /// Name of the model, as it stands in annotations (`classifier`).
    package var name: String
    /// Version of the model.
    package var version: String
    /// Layout of the photometry encoder.
    package var variant: Variant
    /// Whether the model has been trained.
    package var training: TrainingState
    /// Seed of the weights or of the training.
    package var seed: UInt64
    /// The fold of the data set that training has not seen; nil where it has seen all.
    package var fold: Int?
    /// What the classes were learned from, where that is not all: `photometry`. An answer rests on nothing else; nil: on all that comes.
    package var modalities: String?
    /// Sizes and layout of the network.
    package var architecture: Architecture
    /// How light curves become tokens.
    package var photometry: PhotometryInput
    /// The grid that spectra are brought to; nil: the model knows none.
    package var spectrum: SpectrumInput?
    /// How catalogue values become features; without any the model knows no metadata.
    package var metadata: MetadataInput
    /// The classes and what they belong to.
    package var taxonomy: Taxonomy
    /// Temperatures of the softmax.
    package var calibration: Calibration
    /// When the model decides.
    package var decision: DecisionRule
    /// How novelty and neighbours are found.
    package var novelty: NoveltyRule
    /// Names and labels of the reference objects, in the order of the rows of `references.safetensors`.
    package var references: ReferenceNames
    /// SHA-256 of each tensor file beside `model.json`, by file name.
    package var files: [String: String]
    /// SHA-256 of `model.json` itself, taken with the 64 digits of this value as zeros.
    package var checksum: String

    /// The classifier's version with the first six digits of the checksum: `1.0.0+3f9a2c`.
    package var fullVersion: String { "\(version)+\(checksum.prefix(6))" }

    /// Whether answers rest on a modality.
    func sees(_ modality: ModalitySet) -> Bool {
        modalities.flatMap(ModalitySet.init(name:))?.contains(modality) ?? true
    }
}

/// How a light curve becomes rows of numbers.
package struct PhotometryInput: Hashable, Sendable, Codable {
    /// What time a token carries.
    package enum TimeEncoding: String, Hashable, Sendable, Codable, CaseIterable {
        /// From 0 at the first to 1 at the last point (the published models).
        case minMax = "min-max"
        /// Logarithm of the days since the first detection: knows nothing of what is still to come.
        case logDays = "log-days-since-first-detection"
    }

    /// How a token knows its place.
    package enum PositionalEncoding: String, Hashable, Sendable, Codable, CaseIterable {
        /// Sines and cosines of the token's index (Vaswani et al. 2017).
        case sinusoidByIndex = "sinusoid-by-index"
        /// Not at all: what a point says of its time must do.
        case none
    }

    /// Names of the channels in the order of the first convolution's inputs.
    package var channels: [String]
    /// What time a token carries.
    package var timeEncoding: TimeEncoding
    /// How a token knows its place.
    package var positionalEncoding: PositionalEncoding
    /// The most recent points that are used.
    package var maximumPoints: Int
    /// Mean of each channel, subtracted.
    package var mean: [Float]
    /// Standard deviation of each channel, divided by.
    package var std: [Float]
    /// Numbers of the whole light curve that are added to every token (`LightCurveConstants`); none unless they are listed.
    package var constants: [MetadataInput.Feature] = []

    /// The constants as the inputs of their first layer, a flag for each that is missing among them.
    package var constantsInput: MetadataInput { MetadataInput(features: constants, missingFlags: true) }

    /// How a light curve becomes rows; without constants unless they are given.
    package init(
        channels: [String],
        timeEncoding: TimeEncoding,
        positionalEncoding: PositionalEncoding,
        maximumPoints: Int,
        mean: [Float],
        std: [Float],
        constants: [MetadataInput.Feature] = []
    ) {
        self.channels = channels
        self.timeEncoding = timeEncoding
        self.positionalEncoding = positionalEncoding
        self.maximumPoints = maximumPoints
        self.mean = mean
        self.std = std
        self.constants = constants
    }

    /// Reads the section; a manifest that says nothing of constants has none.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        channels = try container.decode([String].self, forKey: .channels)
        timeEncoding = try container.decode(TimeEncoding.self, forKey: .timeEncoding)
        positionalEncoding = try container.choice(PositionalEncoding.self, forKey: .positionalEncoding)
        maximumPoints = try container.decode(Int.self, forKey: .maximumPoints)
        mean = try container.decode([Float].self, forKey: .mean)
        std = try container.decode([Float].self, forKey: .std)
        constants = try container.decodeIfPresent([MetadataInput.Feature].self, forKey: .constants) ?? []
    }
}

/// The grid that spectra are brought to, in Ångström.
package struct SpectrumInput: Hashable, Sendable, Codable {
    /// First wavelength.
    package var start: Double
    /// Distance of two points.
    package var step: Double
    /// Number of points.
    package var points: Int
    /// Whether the model sees a spectrum's uncertainties. One that was trained on spectra without them has a channel for them
    /// whose weights nothing has taught, so that it must stay empty.
    package var uncertainty = true

    /// A grid in Ångström.
    package init(start: Double, step: Double, points: Int, uncertainty: Bool = true) {
        (self.start, self.step, self.points, self.uncertainty) = (start, step, points, uncertainty)
    }

    /// Reads the section; a manifest that says nothing of uncertainties sees them.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        start = try container.decode(Double.self, forKey: .start)
        step = try container.decode(Double.self, forKey: .step)
        points = try container.decode(Int.self, forKey: .points)
        uncertainty = try container.decodeIfPresent(Bool.self, forKey: .uncertainty) ?? true
    }
}

/// How catalogue values become features.
package struct MetadataInput: Hashable, Sendable, Codable {
    /// What is done to a value before it is standardised.
    package enum Transform: String, Hashable, Sendable, Codable, CaseIterable {
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
    package struct Feature: Hashable, Sendable, Codable {
        /// Name as in `Metadata.names`.
        package var name: String
        /// What is done to the value.
        package var transform: Transform
        /// Mean of the transformed value, subtracted.
        package var mean: Float
        /// Standard deviation of the transformed value, divided by.
        package var std: Float
        /// Quantiles of the transformed value, rising: the inputs go on with the value's place in each of the intervals
        /// between them (`FeatureEncoding`). Empty: the standardised value is the only input.
        package var edges: [Float] = []

        /// A feature; without edges unless they are given.
        package init(
            name: String,
            transform: MetadataInput.Transform,
            mean: Float,
            std: Float,
            edges: [Float] = []
        ) {
            self.name = name
            self.transform = transform
            self.mean = mean
            self.std = std
            self.edges = edges
        }

        /// Reads a feature; one that says nothing of edges has none.
        package init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            name = try container.decode(String.self, forKey: .name)
            transform = try container.decode(MetadataInput.Transform.self, forKey: .transform)
            mean = try container.decode(Float.self, forKey: .mean)
            std = try container.decode(Float.self, forKey: .std)
            edges = try container.decodeIfPresent([Float].self, forKey: .edges) ?? []
        }
    }

    /// The features in the order of the first layer's inputs.
    package var features: [Feature]
    /// Whether the inputs go on, after the features, with one flag for each: 1 where it is missing, else 0.
    package var missingFlags = false
    /// Whether they go on with one more for each: 1 where the survey has looked and found nothing (`Metadata.none`).
    package var noneFlags = false

    /// Number of inputs of the first layer.
    package var width: Int { FeatureEncoding(self).width }

    /// Features in order, without flags unless they are asked for.
    package init(features: [Feature], missingFlags: Bool = false, noneFlags: Bool = false) {
        self.features = features
        self.missingFlags = missingFlags
        self.noneFlags = noneFlags
    }

    /// Reads the section; a manifest that says nothing of flags has none.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        features = try container.decode([Feature].self, forKey: .features)
        missingFlags = try container.decodeIfPresent(Bool.self, forKey: .missingFlags) ?? false
        noneFlags = try container.decodeIfPresent(Bool.self, forKey: .noneFlags) ?? false
    }
}

/// How novelty and neighbours are found.
package struct NoveltyRule: Hashable, Sendable, Codable {
    /// How many nearest reference objects make a score.
    package var k: Int
    /// How many neighbours are named.
    package var neighbours: Int
}

/// Names and labels of the reference objects.
package struct ReferenceNames: Hashable, Sendable, Codable {
    /// Names.
    package var objects: [String]
    /// Labels.
    package var labels: [String]
}
