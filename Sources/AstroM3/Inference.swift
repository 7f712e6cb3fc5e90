public import Sky

/// The model's answer for one record.
public struct Inference: Hashable, Sendable {
    /// What was at hand.
    public var modalities: Modalities
    /// The same as a set; empty where nothing was usable.
    public var modalitySet: ModalitySet
    /// Probabilities, decision, uncertainty and logits.
    public var classification: Classification
    /// The joint unit embedding; empty where no modality was usable.
    public var embedding: [Float]
    /// The light curve's unit embedding; nil where no point was usable.
    public var photometryEmbedding: [Float]?
    /// The spectrum's unit embedding; nil where none was at hand.
    public var spectrumEmbedding: [Float]?
    /// The metadata's unit embedding; nil where none was at hand.
    public var metadataEmbedding: [Float]?
    /// The spectrum's embedding where it was computed here, to be stored beside the spectrum's row.
    public var newSpectrumEmbedding: [Float]?
    /// The metadata's embedding where it was computed here, to be stored beside the metadata's row.
    public var newMetadataEmbedding: [Float]?
}
