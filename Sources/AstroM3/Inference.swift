package import Sky

/// The model's answer for one record.
package struct Inference: Hashable, Sendable {
    /// What was at hand.
    package var modalities: Modalities
    /// The same as a set; empty where nothing was usable.
    package var modalitySet: ModalitySet
    /// Whether the metadata have something that an alert's packet alone tells (`ContextFeatures`).
    package var hasContext: Bool
    /// Probabilities, decision, uncertainty and logits.
    package var classification: Classification
    /// The joint unit embedding; empty where no modality was usable.
    package var embedding: [Float]
    /// The light curve's unit embedding; nil where no point was usable.
    package var photometryEmbedding: [Float]?
    /// The spectrum's unit embedding; nil where none was at hand.
    package var spectrumEmbedding: [Float]?
    /// The metadata's unit embedding; nil where none was at hand.
    package var metadataEmbedding: [Float]?
    /// The spectrum's embedding where it was computed here, to be stored beside the spectrum's row.
    package var newSpectrumEmbedding: [Float]?
    /// The metadata's embedding where it was computed here, to be stored beside the metadata's row.
    package var newMetadataEmbedding: [Float]?
}
