extension StarConstants {
    /// What each constant is. `double` is the fold with twice the period; logarithms are decadic.
    package static let names: [String] =
        [
            "log-period", "log-range", "log-scatter", "skewness", "kurtosis", "log-error", "mean-magnitude",
            "log-count",
            "log-span", "log-error-over-scatter", "von-neumann", "log-amplitude", "second-minimum",
        ]
        + (1...8).map { "log-residual-\($0)" }
        + ["05-50", "50-95", "25-50", "50-75", "10-50", "50-90"].map { "percentiles-\($0)" }
        + ["double", "single"].flatMap { fold in
            ["cos", "sin", "modulus"].flatMap { part in (1...4).map { "flux-\(fold)-\(part)-\($0)" } }
                + ["range", "second-minimum", "contact", "ratio-4-2", "scatter"].map { "flux-\(fold)-\($0)" }
        }
        + ["cos", "sin"].flatMap { part in (1...8).map { "shape-\(part)-\($0)" } }
        + ["0", "0.15", "0.8", "1.5", "4", "12", "40", "120"].map { "structure-from-\($0)-days" }

    /// Whether each constant needs a period; those that do are 0 without one.
    package static let needsPeriod: [Bool] = names.map { name in
        ["log-period", "log-amplitude", "second-minimum"].contains(name)
            || ["log-residual-", "flux-", "shape-"].contains { name.hasPrefix($0) }
    }
}
