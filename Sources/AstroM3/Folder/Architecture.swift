/// Sizes and layout of the network.
package struct Architecture: Hashable, Sendable, Codable {
    /// How a point of a light curve becomes a token.
    package enum Tokens: String, Hashable, Sendable, Codable, CaseIterable {
        /// By a convolution over the point and its two neighbours, as in the published models.
        case convolution
        /// Each point alone, by two linear maps with GELU between them.
        case perceptron
    }

    /// Where a layer of the photometry encoder normalises.
    package enum NormPlacement: String, Hashable, Sendable, Codable, CaseIterable {
        /// Each sum: norm(x + f(x)) (Vaswani et al. 2017), as in the published models.
        case after
        /// What goes into each map: x + f(norm(x)) (Xiong et al. 2020, arXiv 2002.04745).
        case before
    }

    /// Widths that an attention head may have.
    package static let headWidths = [16, 32]

    /// Layers of the photometry encoder.
    package var layers: Int
    /// Width of a token: of all heads together.
    package var modelWidth: Int
    /// Attention heads, all of one of the `headWidths`.
    package var heads: Int
    /// Width of the hidden layer between the two linear maps of a layer.
    package var feedForwardWidth: Int
    /// Size of the shared embedding.
    package var embedding: Int
    /// Width of the hidden layers of the metadata encoder.
    package var metadataWidth = 512
    /// How a point becomes a token.
    package var tokens = Tokens.convolution
    /// Where a layer normalises.
    package var norm = NormPlacement.after
    /// Whether constants and metadata together add to the fused embedding (`FusionInput`).
    package var fusesInputs = false
    /// Networks whose mean answers (`Member`).
    package var members = 1

    /// Width of one attention head.
    package var headWidth: Int { modelWidth / heads }

    enum CodingKeys: String, CodingKey {
        case layers
        case modelWidth = "d_model"
        case heads
        case feedForwardWidth = "d_ff"
        case embedding
        case metadataWidth = "d_metadata"
        case tokens
        case norm
        case fusesInputs = "fuses_inputs"
        case members
    }

    /// Reads the section; a manifest that says nothing of the metadata encoder, of tokens, of the norm or of members has
    /// the published ones.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        layers = try container.decode(Int.self, forKey: .layers)
        modelWidth = try container.decode(Int.self, forKey: .modelWidth)
        heads = try container.decode(Int.self, forKey: .heads)
        feedForwardWidth = try container.decode(Int.self, forKey: .feedForwardWidth)
        embedding = try container.decode(Int.self, forKey: .embedding)
        metadataWidth = try container.decodeIfPresent(Int.self, forKey: .metadataWidth) ?? 512
        tokens = try container.choiceIfPresent(Tokens.self, forKey: .tokens) ?? .convolution
        norm = try container.choiceIfPresent(NormPlacement.self, forKey: .norm) ?? .after
        fusesInputs = try container.decodeIfPresent(Bool.self, forKey: .fusesInputs) ?? false
        members = try container.decodeIfPresent(Int.self, forKey: .members) ?? 1
    }

    /// The published sizes and layout: 8 layers of width 128 with 4 heads, hidden width 512, embedding 512.
    package init(
        layers: Int = 8,
        modelWidth: Int = 128,
        heads: Int = 4,
        feedForwardWidth: Int = 512,
        embedding: Int = 512,
        metadataWidth: Int = 512,
        tokens: Tokens = .convolution,
        norm: NormPlacement = .after,
        fusesInputs: Bool = false,
        members: Int = 1
    ) {
        self.layers = layers
        self.modelWidth = modelWidth
        self.heads = heads
        self.feedForwardWidth = feedForwardWidth
        self.embedding = embedding
        self.metadataWidth = metadataWidth
        self.tokens = tokens
        self.norm = norm
        self.fusesInputs = fusesInputs
        self.members = members
    }
}
