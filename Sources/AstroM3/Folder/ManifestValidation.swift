import Ground
import Sky

extension ModelManifest {
    /// Whether a model can have these values; see `ModelError.manifest`.
    package func check() throws(ModelError) { try validate() }

    /// Refuses values that no model can have, naming the field.
    func validate() throws(ModelError) {
        try require(format == 1, "format", format, "1")
        try require(!name.isEmpty, "name", name, "a name")
        try require(!version.isEmpty, "version", version, "a version")
        if let modalities {
            try require(
                ModalitySet(name: modalities)?.contains(.photometry) == true,
                "modalities",
                modalities,
                "photometry, alone or with + and spectrum, metadata"
            )
        }
        try architecture.validate(variant: variant)
        try photometry.validate(variant: variant)
        try spectrum?.validate()
        try metadata.validate()
        try taxonomy.validate()
        try calibration.validate()
        try decision.validate("decision", taxonomy)
        try calibration.before?.decision.validate("calibration.before.decision", taxonomy)
        if let shares = calibration.shares {
            try shares.validate(taxonomy)
            try shares.validate(decision, taxonomy)
            try require(
                (shares.expectedOfAlerts == nil) == (calibration.alertShares == nil),
                "calibration.shares.expectedOfAlerts",
                shares.expectedOfAlerts == nil ? "missing" : "there",
                "shares where calibration.alertShares are, and none where they are not"
            )
        }
        if let shares = calibration.alertShares {
            try ClassShares.validate(shares, "calibration.alertShares", taxonomy)
        }
        try novelty.validate()
        try require(
            references.objects.count == references.labels.count,
            "references.labels",
            "\(references.labels.count) labels",
            "one for each of the \(references.objects.count) objects"
        )
    }
}

/// Throws what is wrong with a field, where it is.
func require(
    _ condition: Bool,
    _ field: String,
    _ value: @autoclosure () -> Any,
    _ expected: @autoclosure () -> String
) throws(ModelError) {
    guard !condition else { return }
    throw .manifest(field: field, value: "\(value())", expected: expected())
}

extension Architecture {
    fileprivate func validate(variant: ModelManifest.Variant) throws(ModelError) {
        try require((1...64).contains(layers), "architecture.layers", layers, "1 to 64")
        try require((1...64).contains(heads), "architecture.heads", heads, "1 to 64")
        try require((1...16).contains(members), "architecture.members", members, "1 to 16")
        let widths = Self.headWidths.filter { variant == .streaming || $0 == 32 }.map { $0 * heads }
        try require(
            widths.contains(modelWidth) && modelWidth <= 1024,
            "architecture.d_model",
            modelWidth,
            widths.map(String.init).joined(separator: " or ") + " for \(heads) heads, at most 1024"
        )
        try require(
            variant == .streaming || tokens == .convolution,
            "architecture.tokens",
            tokens.rawValue,
            "convolution for the variant published"
        )
        try require(
            variant == .streaming || norm == .after,
            "architecture.norm",
            norm.rawValue,
            "after for the variant published"
        )
        try require(
            (32...8192).contains(feedForwardWidth) && feedForwardWidth % 32 == 0,
            "architecture.d_ff",
            feedForwardWidth,
            "a multiple of 32 up to 8192"
        )
        try require(
            (16...4096).contains(embedding) && embedding % 16 == 0,
            "architecture.embedding",
            embedding,
            "a multiple of 16 up to 4096"
        )
        try require(
            (16...4096).contains(metadataWidth) && metadataWidth % 16 == 0,
            "architecture.d_metadata",
            metadataWidth,
            "a multiple of 16 up to 4096"
        )
    }
}

extension PhotometryInput {
    fileprivate func validate(variant: ModelManifest.Variant) throws(ModelError) {
        switch timeEncoding {
        case .minMax:
            try require(
                channels == PublishedLightCurve.channels,
                "photometry.channels",
                channels,
                "\(PublishedLightCurve.channels) with timeEncoding min-max"
            )
        case .logDays:
            try require(
                variant == .streaming,
                "photometry.timeEncoding",
                timeEncoding.rawValue,
                "min-max for the variant published"
            )
            try require(!channels.isEmpty, "photometry.channels", channels, "at least one channel")
            try require(Set(channels).count == channels.count, "photometry.channels", channels, "each channel once")
            for (place, channel) in channels.enumerated() {
                try require(
                    StreamingLightCurve.Channel(rawValue: channel) != nil,
                    "photometry.channels[\(place)]",
                    channel,
                    "one of " + StreamingLightCurve.Channel.allCases.map(\.rawValue).joined(separator: ", ")
                )
            }
        }
        try require(
            variant == .streaming || positionalEncoding == .sinusoidByIndex,
            "photometry.positionalEncoding",
            positionalEncoding.rawValue,
            "sinusoid-by-index for the variant published"
        )
        let allowed = variant == .published ? 200...200 : 1...1000
        try require(
            allowed.contains(maximumPoints),
            "photometry.maximumPoints",
            maximumPoints,
            variant == .published ? "200 for the variant published" : "1 to 1000"
        )
        try validateScaling("photometry.mean", mean, allowZero: true)
        try validateScaling("photometry.std", std, allowZero: false)
        try require(
            constants.isEmpty || variant == .streaming,
            "photometry.constants",
            "a list of \(constants.count)",
            "none for the variant published"
        )
        var known: Set<String> = []
        for (place, constant) in constants.enumerated() {
            let field = "photometry.constants[\(place)]"
            try require(
                known.insert(constant.name).inserted,
                "\(field).name",
                constant.name.plain(limit: 80),
                "a name that no other constant has"
            )
            try require(
                LightCurveConstants.names.contains(constant.name),
                "\(field).name",
                constant.name.plain(limit: 80),
                "one of " + LightCurveConstants.names.joined(separator: ", ")
            )
            try constant.validate(field)
        }
    }

    private func validateScaling(_ field: String, _ values: [Float], allowZero: Bool) throws(ModelError) {
        try require(
            values.count == channels.count,
            field,
            "\(values.count) values",
            "one for each of the \(channels.count) channels"
        )
        for (place, value) in values.enumerated() {
            try require(
                value.isFinite && (allowZero || value > 0),
                "\(field)[\(place)]",
                value,
                allowZero ? "a finite number" : "a number above 0"
            )
        }
    }
}

extension SpectrumInput {
    fileprivate func validate() throws(ModelError) {
        try require(start.isFinite && start > 0, "spectrum.start", start, "a wavelength in Ångström above 0")
        try require(step.isFinite && step > 0, "spectrum.step", step, "a distance in Ångström above 0")
        try require(
            (SpectrumEncoder.minimumPoints...20_000).contains(points),
            "spectrum.points",
            points,
            "\(SpectrumEncoder.minimumPoints) to 20000"
        )
    }
}

extension MetadataInput {
    fileprivate func validate() throws(ModelError) {
        try require(
            features.count <= Metadata.maximumFeatures,
            "metadata.features",
            "a list of \(features.count)",
            "at most \(Metadata.maximumFeatures) features"
        )
        var known: Set<String> = []
        for (place, feature) in features.enumerated() {
            let field = "metadata.features[\(place)]"
            try require(
                Metadata.isName(feature.name),
                "\(field).name",
                feature.name.plain(limit: 80),
                "1 to 64 letters, digits, _, -, ."
            )
            try require(
                known.insert(feature.name).inserted,
                "\(field).name",
                feature.name,
                "a name that no other feature has"
            )
            try feature.validate(field)
        }
    }
}

extension MetadataInput.Feature {
    /// Its numbers; the name is the list's affair.
    fileprivate func validate(_ field: String) throws(ModelError) {
        try require(mean.isFinite, "\(field).mean", mean, "a finite number")
        try require(std.isFinite && std > 0, "\(field).std", std, "a number above 0")
        try require(
            edges.count <= 64 && edges.allSatisfy(\.isFinite) && zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 },
            "\(field).edges",
            edges,
            "at most 64 rising numbers"
        )
    }
}
