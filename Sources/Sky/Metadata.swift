/// Catalogue metadata of an object: the 34 features of AstroM3 (Rizhko & Bloom 2024), from Gaia EDR3, 2MASS and
/// AllWISE. A feature that the catalogue does not give is NaN.
public struct Metadata: Hashable, Sendable {
    /// The archive's id of the row, 0 for one that is not in an archive.
    public var id: Int64
    /// The features in the order of `Metadata.features`, in the catalogue's units (magnitudes, mas, mas/yr, degrees).
    public var values: [Float]
    /// The unit embedding of this row under the model at hand, where the archive already holds it.
    public var embedding: [Float]?

    /// Metadata with 34 values in the order of `Metadata.features`; a shorter list is filled with NaN.
    public init(id: Int64 = 0, values: [Float], embedding: [Float]? = nil) {
        self.id = id
        let missing = max(0, Metadata.features.count - values.count)
        self.values = values.prefix(Metadata.features.count) + Array(repeating: .nan, count: missing)
        self.embedding = embedding
    }

    /// How many features are known.
    public var presentCount: Int {
        values.count { !$0.isNaN }
    }

    /// Names of the features in the order of the published model.
    public static let features = [
        "mean_vmag", "phot_g_mean_mag", "e_phot_g_mean_mag", "phot_bp_mean_mag", "e_phot_bp_mean_mag",
        "phot_rp_mean_mag", "e_phot_rp_mean_mag", "bp_rp", "parallax", "parallax_error", "parallax_over_error",
        "pmra", "pmra_error", "pmdec", "pmdec_error", "j_mag", "e_j_mag", "h_mag", "e_h_mag", "k_mag", "e_k_mag",
        "w1_mag", "e_w1_mag", "w2_mag", "e_w2_mag", "w3_mag", "w4_mag", "j_k", "w1_w2", "w3_w4", "pm", "ruwe", "l",
        "b",
    ]
}
