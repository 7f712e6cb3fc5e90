/// `annotation`.
package struct AnnotationKeys: ConfigurationSection {
    /// Path in the file.
    package static let path = "annotation"
    /// What the group is for.
    package static let documentation = "What is said of an alert."

    /// Where bogus begins.
    package let bogusBelow = BogusBelowKeys()
    /// Which flags of a survey make a detection bogus. The names are the surveys', of which this module knows nothing:
    /// who loads a configuration brings the check of them.
    package let bogusFlags = ConfigurationKey<[String]>(
        "annotation.bogusFlags",
        default: [
            "psfFlux_flag", "isDipole", "pixelFlags_bad", "shape_flag", "forced_PsfFlux_flag", "apFlux_flag",
            "centroid_flag", "pixelFlags_interpolated", "pixelFlags_cr", "forced_PsfFlux_flag_edge",
        ],
        allowed: "a list of names of flags: LSST's of diaSource, ZTF's procstatus55 and so on",
        check: SettingChecks.names,
        """
        Flags of which one is enough to make a detection bogus, whatever its score; each counts for the surveys that have \
        it. By default LSST's ten without which Fink calls an alert one of good quality. A name that no survey has is \
        refused with the list of all.
        """
    )
    /// Where anomalous begins.
    package let anomalyPercentile = ConfigurationKey<Double>(
        "annotation.anomalyPercentile",
        default: 99,
        in: 0...100,
        "Novelty percentile from which on an alert goes to the anomalies topic."
    )
    /// Radius of the join by position.
    package let coneRadius = ConfigurationKey<Double>(
        "annotation.coneRadius",
        default: 1.5,
        in: 0...60,
        "Radius in arcseconds within which spectra and metadata are joined by position; 0 joins by object id alone."
    )
    /// How many neighbours.
    package let neighbours = ConfigurationKey<Int>(
        "annotation.neighbours",
        default: 5,
        in: 0...100,
        "How many of the nearest reference objects an annotated alert names."
    )
    /// Whether embeddings go out.
    package let embedding = ConfigurationKey<Bool>(
        "annotation.embedding",
        default: false,
        "Whether annotated alerts carry the joint embedding."
    )
}

/// `annotation.bogusBelow`.
package struct BogusBelowKeys: ConfigurationSection {
    /// Path in the file.
    package static let path = "annotation.bogusBelow"
    /// What the group is for.
    package static let documentation = """
        An alert whose score is below one of these is flagged bogus and stays out of the class and anomaly topics.
        """

    /// ZTF's older score.
    package let rb = ConfigurationKey<Double>(
        "annotation.bogusBelow.rb",
        default: 0.55,
        in: 0...1,
        "ZTF's rb (random forest); used where the packet has no drb."
    )
    /// ZTF's newer score.
    package let drb = ConfigurationKey<Double>(
        "annotation.bogusBelow.drb",
        default: 0.5,
        in: 0...1,
        "ZTF's drb (neural network)."
    )
    /// LSST's score.
    package let reliability = ConfigurationKey<Double>(
        "annotation.bogusBelow.reliability",
        default: 0.5,
        in: 0...1,
        "LSST's reliability."
    )
}
