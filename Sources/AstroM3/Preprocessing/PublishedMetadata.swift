/// The 34 catalogue features of the published AstroM3, from Gaia EDR3, 2MASS and AllWISE, in the order of its first layer's
/// inputs, and what its code does to each (Rizhko & Bloom 2024, arXiv 2411.08842). A model of another list names its own.
package enum PublishedMetadata {
    /// Name and transform of each feature.
    package static let features: [(name: String, transform: MetadataInput.Transform)] = [
        ("mean_vmag", .absoluteMagnitude),
        ("phot_g_mean_mag", .absoluteMagnitude), ("e_phot_g_mean_mag", .raw),
        ("phot_bp_mean_mag", .absoluteMagnitude), ("e_phot_bp_mean_mag", .raw),
        ("phot_rp_mean_mag", .absoluteMagnitude), ("e_phot_rp_mean_mag", .raw),
        ("bp_rp", .raw),
        ("parallax", .raw), ("parallax_error", .raw), ("parallax_over_error", .raw),
        ("pmra", .raw), ("pmra_error", .raw), ("pmdec", .raw), ("pmdec_error", .raw),
        ("j_mag", .absoluteMagnitude), ("e_j_mag", .raw),
        ("h_mag", .absoluteMagnitude), ("e_h_mag", .raw),
        ("k_mag", .absoluteMagnitude), ("e_k_mag", .raw),
        ("w1_mag", .absoluteMagnitude), ("e_w1_mag", .raw),
        ("w2_mag", .absoluteMagnitude), ("e_w2_mag", .raw),
        ("w3_mag", .absoluteMagnitude), ("w4_mag", .absoluteMagnitude),
        ("j_k", .raw), ("w1_w2", .raw), ("w3_w4", .raw),
        ("pm", .raw), ("ruwe", .raw),
        ("l", .cosine), ("b", .sine),
    ]

    /// The names alone.
    package static let names = features.map(\.name)
}
